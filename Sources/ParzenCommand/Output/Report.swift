import Foundation

/// A short readable account of what a command did: lines of a name and a text.
struct Report {
  private var lines: [(name: String, text: String)] = []

  /// Adds a line; without a name it goes on about the last one.
  mutating func add(_ name: String, _ text: String) {
    lines.append((name, Console.escapedLine(text)))
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

/// A number with four significant digits.
func short(_ value: Double) -> String {
  String(format: "%.4g", value)
}

/// A number with its noun: "1 row", "7 rows".
func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}

/// The first few texts of a list.
func shortList(_ texts: [String], limit: Int = 6) -> String {
  texts.prefix(limit).joined(separator: ", ") + (texts.count > limit ? ", ..." : "")
}
