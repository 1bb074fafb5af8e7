import CParzenKernels
import Dispatch
import Synchronization

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

  /// The most threads that work started here takes.
  public static var threads: Int { WorkSurroundings.current.threads ?? processors }

  /// Runs `body` with at most so many threads, at least 1, for all that it does, whatever it asks for.
  public static func limited<Result, Failure: Error>(
    to threads: Int, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try WorkSurroundings.changed({ $0.threads = max(1, min(threads, Self.threads)) }, body)
  }
}

/// Runs `body` for every index in `0..<count`, on up to `threads` threads, and returns when all are done.
///
/// Which thread takes which index is not defined, so `body` must write only to places that belong to its
/// index; results then do not depend on the number of threads. Loops within `body` share the threads that are
/// left.
///
/// - Parameters:
///   - count: the number of independent pieces of work.
///   - threads: the most threads to use, and no more than `Parallelism.threads`; 1 runs everything on the
///     calling thread.
package func concurrentLoop(_ count: Int, threads: Int, _ body: @Sendable (Int) -> Void) {
  let threads = min(threads, Parallelism.threads)
  guard threads > 1 else {
    Parallelism.limited(to: 1) { for index in 0..<count { body(index) } }
    return
  }
  guard count > 1 else {
    if count == 1 { body(0) }
    return
  }
  // Each of the workers takes the next index that none has taken.
  let workers = min(threads, count)
  let next = Counter()
  WorkSurroundings.shared { surroundings in
    var own = surroundings
    own.threads = threads / workers
    surroundings.watch?.begin(more: workers - 1)
    DispatchQueue.concurrentPerform(iterations: workers) { [own] _ in
      WorkSurroundings.$current.withValue(own) {
        while case let index = next.increment(), index < count { body(index) }
      }
    }
    surroundings.watch?.end(more: workers - 1)
  }
}

/// A number that several threads count up.
private final class Counter: Sendable {
  private let value = Atomic<Int>(0)

  /// The number before.
  func increment() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
}
