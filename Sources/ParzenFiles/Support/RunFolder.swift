import ParzenCore
import ParzenPlatform
import Synchronization

/// The folder of a run that writes checkpoints: no run replaces the files of another without being told to.
package enum RunFolder {
  /// Makes sure that a new run has the folder for itself: the last thing before the run writes to it, so that
  /// nothing is lost to a run that cannot begin.
  ///
  /// Parameters and errors as for `replaced`.
  package static func makeRoom(
    in path: String, for names: [String], checkpoint: String, overwrites: Bool
  ) throws(ParzenError) {
    let present = try replaced(in: path, by: names, checkpoint: checkpoint, overwrites: overwrites)
    for name in present { try Folder.remove(name, in: path) }
  }

  /// The files of another run, which a new one replaces; nothing is removed yet.
  ///
  /// - Parameters:
  ///   - path: an existing folder.
  ///   - names: the files that a run leaves.
  ///   - checkpoint: that of them from which a run goes on.
  ///   - overwrites: whether to remove those that are there.
  /// - Throws: `ParzenError.file` if there are some, unless they are to be removed.
  package static func replaced(
    in path: String, by names: [String], checkpoint: String, overwrites: Bool
  ) throws(ParzenError) -> [String] {
    let present = names.filter { Folder.contains($0, in: path) }
    guard present.isEmpty || overwrites else {
      throw .file(
        path: path,
        reason:
          "there is a run in this folder (\(present.joined(separator: ", "))): go on with it by "
          + "`resume = \(path)/\(checkpoint)`, replace it by `overwrite`, or give another folder")
    }
    return present
  }
}

/// What a run in the middle of a step can still save when it has to end, and the lock on its checkpoint.
package final class LatestState<State: Sendable>: Sendable {
  private struct Content {
    var latest: State?
    var step: Int?
    var keptAt = ContinuousClock.now
    /// Whether the process is about to end.
    var hasEnded = false
  }

  private let content = Mutex(Content())

  /// Nothing is kept yet.
  package init() {}

  /// The step of the last checkpoint written; nil before the first.
  package var savedStep: Int? { content.withLock { $0.step } }

  /// Keeps a state, unless the last one was kept a moment ago: steps that follow each other that fast end
  /// in time by themselves.
  ///
  /// - Complexity: the step after it copies the arrays of a state that is kept.
  package func keep(_ state: () -> State) {
    content.withLock { content in
      guard ContinuousClock.now - content.keptAt > .milliseconds(200) else { return }
      content.latest = state()
      content.keptAt = .now
    }
  }

  /// Writes a checkpoint of a step while nobody else does.
  package func save(step: Int, _ write: () throws(ParzenError) -> Void) throws(ParzenError) {
    while try content.withLock({ (content) throws(ParzenError) -> Bool in
      guard !content.hasEnded else { return true }
      try write()
      content.step = step
      content.latest = nil
      return false
    }) {
      usleep(10_000)
    }
  }

  /// Writes the state that was kept last, if it is later than the last checkpoint. Whoever saves after this
  /// waits for the end of the process.
  package func end(_ write: (State) -> Void) {
    content.withLock { content in
      content.hasEnded = true
      if let latest = content.latest { write(latest) }
    }
  }
}
