import Foundation

/// Times the parts of a command.
struct Stopwatch {
  private let start = ContinuousClock.now
  private var lapStart = ContinuousClock.now
  private var laps: [(name: String, duration: Duration)] = []

  /// Ends a part: the time since the last one ended.
  ///
  /// - Returns: its seconds, as text.
  @discardableResult
  mutating func lap(_ name: String) -> String {
    let now = ContinuousClock.now
    let duration = now - lapStart
    laps.append((name, duration))
    lapStart = now
    return seconds(duration)
  }

  /// All of the time, and the parts of it.
  var description: String {
    let parts = laps.map { "\($0.name) \(seconds($0.duration))" }.joined(separator: ", ")
    return "\(seconds(lapStart - start)) s (\(parts))"
  }

  private func seconds(_ duration: Duration) -> String {
    String(format: "%.3f", duration / .seconds(1))
  }
}
