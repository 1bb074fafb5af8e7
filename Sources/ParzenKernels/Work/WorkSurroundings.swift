import Synchronization

/// What holds for a piece of work and for all that it starts, on whichever threads that is.
package struct WorkSurroundings: Sendable {
  /// The most threads; as many as there are processors when nil.
  package var threads: Int?
  /// Counts threads, for tests.
  package var watch: ThreadWatch?
  /// Who follows the work.
  package var follower: WorkFollower?
  /// The task that waits for the work, on threads other than its own.
  private var task: WaitingTask?

  @TaskLocal package static var current = WorkSurroundings()

  package init(threads: Int? = nil, watch: ThreadWatch? = nil) {
    (self.threads, self.watch) = (threads, watch)
  }

  /// Whether nobody wants the result any more: the task that waits for it was cancelled, or who follows the
  /// work says so. Once true, it stays so.
  package var isCancelled: Bool {
    Task.isCancelled || task?.isCancelled == true || follower?.isCancelled() == true
  }

  /// Runs `body` where some of this is different.
  static func changed<Result, Failure: Error>(
    _ change: (inout WorkSurroundings) -> Void, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var surroundings = current
    change(&surroundings)
    let result = $current.withValue(surroundings) { () -> Swift.Result<Result, Failure> in
      do throws(Failure) { return .success(try body()) } catch { return .failure(error) }
    }
    return try result.get()
  }

  /// Runs `body` with the surroundings as other threads are to have them until it returns.
  static func shared(_ body: (WorkSurroundings) -> Void) {
    withUnsafeCurrentTask { task in
      var surroundings = current
      if let task { surroundings.task = WaitingTask(task: task) }
      body(surroundings)
    }
  }
}

/// A task while it waits for work that others do. It may be asked from any thread whether it is cancelled.
private struct WaitingTask: @unchecked Sendable {
  let task: UnsafeCurrentTask

  var isCancelled: Bool { task.isCancelled }
}

/// The threads that loops have taken at a time, with the one that started them.
package final class ThreadWatch: Sendable {
  private let count = Mutex((now: 1, most: 1))

  package init() {}

  /// The most so far.
  package var most: Int { count.withLock { $0.most } }

  func begin(more threads: Int) {
    count.withLock {
      $0.now += threads
      $0.most = max($0.most, $0.now)
    }
  }

  func end(more threads: Int) { count.withLock { $0.now -= threads } }
}
