import Foundation
import Parzen
import Synchronization

/// What a command is doing, on a terminal's standard error, before it has been silent for two seconds, in one
/// stage or in several: the stage, and where it consists of parts a bar, their rate and the time left. The
/// line goes away when the stage ends. A command is in some stage from its beginning to its end.
///
/// Off where standard error is no terminal, or with `--quiet`.
enum Progress {
  private struct State {
    var stage: String?
    var start = ContinuousClock.now
    /// When something was written to the terminal, or the first stage began.
    var lastWord = ContinuousClock.now
    var isShown = false
    var isRunning = false
    var isSilent = false
    /// How far the work of the library is, while it does some that is counted.
    var work: WorkProgress?
  }

  private static let state = Mutex(State())
  /// How long nothing may be written while a stage lasts. Of the two seconds, half is for a busy machine.
  private static let patience = Duration.seconds(1)
  private static let interval: UInt32 = 200_000
  /// The stage between those that have a name.
  private static let between = "working"

  /// Shows nothing from now on.
  static func silence() { state.withLock { $0.isSilent = true } }

  /// Does the work of a command.
  static func throughout(_ work: () throws -> Void) rethrows {
    begin(between)
    defer {
      state.withLock { state in
        clear(&state)
        state.stage = nil
      }
    }
    try WorkProgress.reporting(
      { progress in
        state.withLock { $0.work = progress.done < progress.total ? progress : nil }
      }, operation: work)
  }

  /// Begins a stage, which ends the one before.
  static func begin(_ stage: String) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    let isFirst = state.withLock { state in
      guard !state.isSilent else { return false }
      clear(&state)
      if state.stage == nil { state.lastWord = .now }
      state.stage = stage
      state.start = .now
      defer { state.isRunning = true }
      return !state.isRunning
    }
    if isFirst { Thread.detachNewThread(tick) }
  }

  /// Ends the stage.
  static func end() { begin(between) }

  /// Does work as a stage.
  static func during<Result, Failure: Error>(
    _ stage: String, _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    begin(stage)
    defer { end() }
    return try work()
  }

  /// Takes the line away before something else is written to the terminal.
  static func makeRoom() {
    state.withLock { state in
      clear(&state)
      state.lastWord = .now
    }
  }

  private static func clear(_ state: inout State) {
    guard state.isShown else { return }
    put("\r\u{1B}[K")
    state.isShown = false
    state.lastWord = .now
  }

  private static func tick() {
    while true {
      usleep(interval)
      state.withLock { state in
        guard let stage = state.stage, state.isShown || .now - state.lastWord > patience else { return }
        let elapsed = ContinuousClock.now - state.start
        put("\r\u{1B}[K" + line(stage, elapsed / .seconds(1), state.work))
        state.isShown = true
      }
    }
  }

  /// The line of a stage.
  static func line(_ stage: String, _ seconds: Double, _ count: WorkProgress?) -> String {
    guard let count, count.done > 0 else { return "\(stage) ... \(Int(seconds)) s" }
    let filled = Int(count.fraction * 24)
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 24 - filled)
    let rate = Double(count.done) / max(seconds, 1e-9)
    let left = Double(count.total - count.done) / rate
    return
      """
      \(stage) [\(bar)] \(count.done)/\(count.total), \(short(rate)) a second, \(Int(left.rounded(.up))) s \
      left
      """
  }

  private static func put(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
