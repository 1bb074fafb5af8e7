import Foundation
import Parzen
import Synchronization

/// What a command is doing, on a terminal's standard error, once that takes more than two seconds: the
/// stage, and where it consists of parts a bar, their rate and the time left. The line goes away when the
/// stage ends.
///
/// Off where standard error is no terminal, or with `--quiet`.
enum Progress {
  private struct State {
    var stage: String?
    var start = ContinuousClock.now
    var isShown = false
    var isRunning = false
    var isSilent = false
  }

  private static let state = Mutex(State())
  /// How long a stage may take in silence.
  private static let patience = Duration.seconds(1.5)
  private static let interval: UInt32 = 200_000

  /// Shows nothing from now on.
  static func silence() { state.withLock { $0.isSilent = true } }

  /// Begins a stage, which ends the one before.
  static func begin(_ stage: String) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    let isFirst = state.withLock { state in
      guard !state.isSilent else { return false }
      clear(&state)
      state.stage = stage
      state.start = .now
      defer { state.isRunning = true }
      return !state.isRunning
    }
    if isFirst { Thread.detachNewThread(tick) }
  }

  /// Ends the stage.
  static func end() {
    state.withLock { state in
      clear(&state)
      state.stage = nil
    }
  }

  /// Does work as a stage.
  static func during<Result, Failure: Error>(
    _ stage: String, _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    begin(stage)
    defer { end() }
    return try work()
  }

  /// Takes the line away before something else is written to the terminal.
  static func makeRoom() { state.withLock { clear(&$0) } }

  private static func clear(_ state: inout State) {
    if state.isShown { put("\r\u{1B}[K") }
    state.isShown = false
  }

  private static func tick() {
    while true {
      usleep(interval)
      state.withLock { state in
        let elapsed = ContinuousClock.now - state.start
        guard let stage = state.stage, elapsed > patience else { return }
        put("\r\u{1B}[K" + line(stage, elapsed / .seconds(1), WorkProgress.current))
        state.isShown = true
      }
    }
  }

  /// The line of a stage.
  static func line(_ stage: String, _ seconds: Double, _ count: WorkProgress.Count?) -> String {
    guard let count, count.done > 0 else { return "\(stage) ... \(Int(seconds)) s" }
    let share = min(Double(count.done) / Double(count.total), 1)
    let filled = Int(share * 24)
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
