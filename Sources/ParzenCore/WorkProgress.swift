import Synchronization

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
