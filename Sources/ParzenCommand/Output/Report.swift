import Foundation

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
