import CParzenKernels

/// How many threads work may take.
///
/// Every estimate takes `threads` when it is made, and keeps it. What has no such option, and every default,
/// follows the limit that holds where the work is started: that of `limited(to:_:)`, or of a loop around it,
/// whose threads are shared out among what it runs; else the number of processors. Results never depend on
/// it.
///
/// ```swift
/// let score = try Parallelism.limited(to: 1) { try mixture.score(at: queries) }
/// ```
public enum Parallelism {
  /// The number of processors that this process may use: on Linux those that its affinity mask allows.
  ///
  /// Asking the system takes microseconds, so it is asked once.
  public static let processors = Int(parzen_processor_count())

  @TaskLocal static var limit: Int?

  /// The most threads that work started here takes.
  public static var threads: Int { limit ?? processors }

  /// Runs `body` with at most so many threads, at least 1, for all that it does, whatever it asks for.
  public static func limited<Result, Failure: Error>(
    to threads: Int, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let result = $limit.withValue(max(1, min(threads, Self.threads))) { () -> Swift.Result<Result, Failure> in
      do throws(Failure) { return .success(try body()) } catch { return .failure(error) }
    }
    return try result.get()
  }
}
