import Dispatch
import Synchronization

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
  DispatchQueue.concurrentPerform(iterations: workers) { _ in
    Parallelism.$limit.withValue(threads / workers) {
      while case let index = next.increment(), index < count { body(index) }
    }
  }
}

/// A number that several threads count up.
private final class Counter: Sendable {
  private let value = Atomic<Int>(0)

  /// The number before.
  func increment() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
}
