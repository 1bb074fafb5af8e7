import Foundation
import Parzen

/// A short readable account of what a command did: lines of a name and a text.
struct Report {
  private var lines: [(name: String, text: String)] = []

  /// Adds a line; without a name it goes on about the last one.
  mutating func add(_ name: String, _ text: String) {
    lines.append((name, Console.escapedLine(OptionNames.ofCommandLine(text))))
  }

  /// The lines with the texts aligned.
  var description: String {
    let width = lines.map(\.name.count).max() ?? 0
    return lines.map { $0.name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + $0.text }
      .joined(separator: "\n")
  }

  /// Writes the lines to standard output or, if that is taken by results, to standard error.
  func write(toStandardError: Bool) {
    Progress.end()
    if toStandardError { Console.note(description) } else { Console.print(description) }
  }
}

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

/// The first rows of a table of results, aligned for reading.
struct TerminalTable {
  /// The most rows to show.
  static let mostRows = 10

  let columnNames: [String]
  /// The first rows.
  let rows: [[Double]]
  /// The number of rows that the results have in all.
  let total: Int
  /// Columns of texts, which come first.
  var texts: [(name: String, texts: [String])] = []

  /// The lines of the table, and how many more rows there are.
  var description: String {
    let header = texts.map(\.name) + columnNames
    let lines = rows.enumerated().map { index, row in texts.map { $0.texts[index] } + row.map(Self.text) }
    let more = total - rows.count
    let rest = more > 0 ? ["... and \(counted(more, "more row")): --output FILE writes them all"] : []
    return ([textTable([header] + lines)] + rest).joined(separator: "\n")
  }
}

extension TerminalTable {
  /// A number with four significant digits; a whole one in full.
  private static func text(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : short(value)
  }
}

/// Rows of texts with their columns aligned to the right.
func textTable(_ rows: [[String]]) -> String {
  let rows = rows.map { $0.map(Console.escapedLine) }
  let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
  return rows.map { row in
    zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(separator: "  ")
  }
  .joined(separator: "\n")
}
