import Dispatch

/// Runs `body` for every index in `0..<count`, on up to `threads` threads, and returns when all are done.
///
/// Which thread takes which index is not defined, so `body` must write only to places that belong to its index;
/// results then do not depend on the number of threads.
///
/// - Parameters:
///   - count: the number of independent pieces of work.
///   - threads: the most threads to use; 1 runs everything on the calling thread.
package func concurrentLoop(_ count: Int, threads: Int, _ body: @Sendable (Int) -> Void) {
  guard threads > 1, count > 1 else {
    for index in 0..<count { body(index) }
    return
  }
  // Each of the `threads` workers takes every `threads`-th index.
  let workers = min(threads, count)
  DispatchQueue.concurrentPerform(iterations: workers) { worker in
    for index in stride(from: worker, to: count, by: workers) { body(index) }
  }
}
