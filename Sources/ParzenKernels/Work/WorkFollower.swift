import Synchronization

/// Who follows a piece of work: one phase of it at a time.
package final class WorkFollower: Sendable {
  let isCancelled: @Sendable () -> Bool
  private let report: @Sendable (WorkProgress) -> Void
  private let state = Mutex(State())

  private struct State {
    var progress = WorkProgress(phase: 0, done: 0, total: 1)
    var isInPhase = false
  }

  init(_ report: @escaping @Sendable (WorkProgress) -> Void, isCancelled: @escaping @Sendable () -> Bool) {
    (self.report, self.isCancelled) = (report, isCancelled)
  }

  /// Begins a phase.
  ///
  /// - Returns: whether it is followed; false within another.
  package func begin(parts: Int) -> Bool {
    change { state in
      guard !state.isInPhase else { return false }
      state.progress = WorkProgress(phase: state.progress.phase + 1, done: 0, total: parts)
      state.isInPhase = true
      return true
    }
  }

  package func advance() {
    _ = change { state in
      state.progress.done += 1
      return true
    }
  }

  /// Ends the phase, or the work: nothing is left to do.
  package func end() {
    _ = change { state in
      let isNews = state.progress.done < state.progress.total
      state.progress.done = state.progress.total
      state.isInPhase = false
      return isNews
    }
  }

  /// Changes the state and, where that is news, says so: what is reported is in order.
  private func change(_ change: (inout State) -> Bool) -> Bool {
    state.withLock { state in
      let isNews = change(&state)
      // Work that the report itself does is not followed.
      if isNews { WorkSurroundings.changed({ $0.follower = nil }) { report(state.progress) } }
      return isNews
    }
  }
}
