import ParzenKernels
import Synchronization

/// The results of `body` for every index in `0..<count`, on up to `threads` threads.
///
/// `WorkProgress` tells how many are done.
///
/// - Throws: the error of the first index that has one.
package func concurrentResults<Value: Sendable>(
  _ count: Int, threads: Int, _ body: @Sendable (Int) throws(ParzenError) -> Value
) throws(ParzenError) -> [Value] {
  var results = [Result<Value, ParzenError>?](repeating: nil, count: count)
  let isFollowed = WorkProgress.begin(total: count)
  defer { if isFollowed { WorkProgress.end() } }
  results.withUnsafeMutableBufferPointer { results in
    nonisolated(unsafe) let results = results
    concurrentLoop(count, threads: threads) { index in
      do throws(ParzenError) {
        results[index] = .success(try body(index))
      } catch {
        results[index] = .failure(error)
      }
      if isFollowed { WorkProgress.advance() }
    }
  }
  var values: [Value] = []
  for result in results { values.append(try result!.get()) }
  return values
}

/// The values of `body` for every index in `0..<count`, on up to `threads` threads.
package func concurrentValues<Value: Sendable>(
  _ count: Int, threads: Int, _ body: @Sendable (Int) -> Value
) -> [Value] {
  var values = [Value?](repeating: nil, count: count)
  values.withUnsafeMutableBufferPointer { values in
    nonisolated(unsafe) let values = values
    concurrentLoop(count, threads: threads) { values[$0] = body($0) }
  }
  return values.map { $0! }
}

/// How far the work is that consists of many independent parts, such as the fits of a bootstrap: for those
/// who show it.
///
/// One piece of work is followed at a time, the outermost: parts of parts are not counted.
package enum WorkProgress {
  /// How much is done of a piece of work.
  package struct Count: Sendable, Equatable {
    package var done = 0
    package var total = 0

    package init(done: Int = 0, total: Int = 0) {
      self.done = done
      self.total = total
    }
  }

  private static let state = Mutex<Count?>(nil)

  /// The work that is going on; nil where there is none that is counted.
  package static var current: Count? { state.withLock { $0 } }

  /// Begins a piece of work.
  ///
  /// - Returns: whether it is followed; false within another.
  package static func begin(total: Int) -> Bool {
    state.withLock { state in
      guard state == nil, total > 1 else { return false }
      state = Count(done: 0, total: total)
      return true
    }
  }

  /// Counts parts that are done.
  package static func advance(by parts: Int = 1) { state.withLock { $0?.done += parts } }

  /// Ends the piece of work that is followed.
  package static func end() { state.withLock { $0 = nil } }
}
