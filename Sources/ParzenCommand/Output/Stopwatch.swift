import Foundation

/// Times the parts of a command.
struct Stopwatch {
  private let start = ContinuousClock.now
  private var lapStart = ContinuousClock.now
  private var laps: [(name: String, duration: Duration)] = []

  /// Ends a part: the time since the last one ended.
  mutating func lap(_ name: String) {
    let now = ContinuousClock.now
    laps.append((name, now - lapStart))
    lapStart = now
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
