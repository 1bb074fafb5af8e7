import ParzenKernels

/// A phase of a piece of work, for those who follow it (`WorkProgress`).
package struct WorkPhase: Sendable {
  private let follower: WorkFollower?

  /// Begins a phase of some parts, which counts unless it is a part of another, or has one part only.
  package init(parts: Int) {
    let follower = parts > 1 ? WorkSurroundings.current.follower : nil
    self.follower = follower?.begin(parts: parts) == true ? follower : nil
  }

  /// Counts a part that is done.
  package func advance() { follower?.advance() }

  /// Ends the phase.
  package func end() { follower?.end() }

  /// Whether nobody wants the result of the work any more. Once true, it stays so.
  package static var isCancelled: Bool { WorkSurroundings.current.isCancelled }

  /// Throws `ParzenError.cancelled` where nobody wants the result of the work any more: at the beginning of
  /// every step that takes milliseconds, and at the end of work whose steps end early then.
  package static func checkCancellation() throws(ParzenError) {
    if isCancelled { throw .cancelled }
  }
}

/// The value of work that may fail: nil where it does. To be cancelled is no failure, and goes on to whoever
/// waits for the whole.
package func attempt<Value>(
  _ work: @autoclosure () throws(ParzenError) -> Value
) throws(ParzenError) -> Value? {
  do throws(ParzenError) { return try work() } catch {
    try WorkPhase.checkCancellation()
    guard error != .cancelled else { throw error }
    return nil
  }
}
