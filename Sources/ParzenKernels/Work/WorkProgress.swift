/// How far a long piece of work is.
///
/// Fits, analyses, chains and passes over files consist of phases, one after the other, and a phase of parts
/// of about equal size, such as the fits of a bootstrap. How many phases come is not known before. Parts of
/// parts are not counted.
///
/// ```swift
/// let jackknife = try WorkProgress.reporting({ print("phase \($0.phase): \($0.fraction)") }) {
///   try GroupJackknife(samples: samples) { (samples, threads) throws(ParzenError) in
///     try MixtureTransformer(samples: samples, threads: threads)
///   }
/// }
/// ```
public struct WorkProgress: Sendable, Equatable {
  /// The number of the phase, from 1; 0 for work without phases.
  public var phase: Int
  /// The parts of the phase that are done.
  public var done: Int
  /// The parts of the phase, at least 1.
  public var total: Int

  public init(phase: Int, done: Int, total: Int) {
    (self.phase, self.done, self.total) = (phase, done, total)
  }

  /// The part of the phase that is done, from 0 to 1.
  public var fraction: Double { min(1, Double(done) / Double(total)) }

  /// Runs work that is followed, and may be cancelled, on whichever threads it runs.
  ///
  /// In a `Task`, work sees the task's cancellation without this, too.
  ///
  /// - Parameters:
  ///   - report: is told when a phase begins, when a part of it is done, and at the end of the phase, perhaps
  ///     before all parts, and of the work, when the fraction is 1; from any thread, one call at a time, so
  ///     it should not take long.
  ///   - isCancelled: is asked from any thread, often; once it has said true, it must not say false again.
  ///     Work whose result nobody wants throws `ParzenError.cancelled` before its next part.
  ///   - operation: the work.
  public static func reporting<Result, Failure: Error>(
    _ report: @escaping @Sendable (WorkProgress) -> Void,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    operation: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let outer = WorkSurroundings.current.follower
    let follower = WorkFollower(report) { isCancelled() || outer?.isCancelled() == true }
    let result = try WorkSurroundings.changed({ $0.follower = follower }, operation)
    follower.end()
    return result
  }
}
