import Foundation
import ParzenFiles
import Synchronization

/// What Ctrl-C (SIGINT), SIGTERM and SIGHUP do, in every command.
///
/// The first one ends the command within a second. A run that can go on later is asked to stop after its
/// step; where that takes too long, what it has saved for this case is written instead. Any other command
/// ends at once. The second signal ends everything at once. No unfinished file stays behind.
enum Interruption {
  private struct State {
    var isRequested = false
    /// Saves the last good state of a run, from any thread.
    var save: (@Sendable () -> Void)?
  }

  private static let state = Mutex(State())
  /// How long a step may take after the first signal, in microseconds.
  private static let patience: UInt32 = 400_000

  /// Whether the command was asked to end.
  static var isRequested: Bool { state.withLock { $0.isRequested } }

  /// Begins to watch. Signals that are ignored, as SIGHUP by `nohup`, stay ignored. Those that were blocked
  /// where the command was started, as they are in the worker threads of many programs, which pass that on,
  /// arrive from here on.
  ///
  /// Libraries may have started threads already, so that signals cannot be left to one of ours: whichever
  /// thread gets one passes its number on through a pipe, to a thread that may do what no handler of signals
  /// may.
  static func watch() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    let reader = ends[0]
    signalPipe = ends[1]
    for descriptor in ends { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    var watched = sigset_t()
    sigemptyset(&watched)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      var action = sigaction()
      guard sigaction(number, nil, &action) == 0, !isIgnoring(action) else { continue }
      signal(number) { passOn($0) }
      sigaddset(&watched, number)
    }
    pthread_sigmask(SIG_UNBLOCK, &watched, nil)
    Thread.detachNewThread {
      var number: UInt8 = 0
      while true {
        let count = read(reader, &number, 1)
        if count == 1 { received(Int32(number)) }
        if count == 0 || (count < 0 && errno != EINTR) { return }
      }
    }
  }

  private static func isIgnoring(_ action: sigaction) -> Bool {
    #if canImport(Darwin)
      let handler = action.__sigaction_u.__sa_handler
    #else
      let handler = action.__sigaction_handler.sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Lets a run stop by itself, with `save` for when a step takes too long, until the body ends.
  static func stopping<Result>(
    save: @escaping @Sendable () -> Void, _ body: () throws -> Result
  ) rethrows -> Result {
    state.withLock { $0.save = save }
    defer { state.withLock { $0.save = nil } }
    return try body()
  }

  private static func received(_ number: Int32) {
    let (isSecond, save) = state.withLock { state in
      defer { state.isRequested = true }
      return (state.isRequested, state.save)
    }
    guard !isSecond, let save else { end(number) }
    Thread.detachNewThread {
      usleep(patience)
      save()
      end(number)
    }
  }

  private static func end(_ number: Int32) -> Never {
    TemporaryFiles.removeAllBeforeExit()
    _exit(128 + number)
  }
}

/// Where the numbers of signals are written; set before the first can arrive.
nonisolated(unsafe) private var signalPipe: Int32 = -1

/// Passes the number of a signal on. Does nothing that a handler of signals may not.
private func passOn(_ number: Int32) {
  let code = errno
  var byte = UInt8(truncatingIfNeeded: number)
  _ = write(signalPipe, &byte, 1)
  errno = code
}
