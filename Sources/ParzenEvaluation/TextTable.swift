import Foundation

/// Rows of text with their columns padded to equal widths, the last left as it is.
func aligned(_ rows: [[String]]) -> [String] {
  let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
  return rows.map { row in
    zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
      .joined(separator: "  ").trimmingCharacters(in: .whitespaces)
  }
}

/// A table of figures, a row for each and a column per method: `value +- standard error`, with a dash where
/// there is none.
func figureTable(title: String, columns: [String], figures: [(name: String, values: [Measurement?])])
  -> String
{
  let rows = figures.map { name, values in [name] + values.map { $0?.text ?? "-" } }
  return ([title] + aligned([["figure"] + columns] + rows)).joined(separator: "\n")
}

/// ` (k failed)` where contexts are missing.
func failureNote(_ failures: Int) -> String { failures > 0 ? " (\(failures) failed)" : "" }

extension Measurement {
  /// Value and standard error, which a mean over one context has not.
  var text: String {
    guard value.isFinite else { return "\(value)" }
    return standardError.isNaN
      ? String(format: "%.3g", value) : String(format: "%.3g +- %.1g", value, standardError)
  }
}

extension Array {
  /// Elements with equal keys together, in the order of their first occurrence.
  func grouped(by key: (Element) -> [String]) -> [[Element]] {
    var places: [[String]: Int] = [:]
    var groups: [[Element]] = []
    for element in self {
      let place = places[key(element)] ?? groups.count
      if place == groups.count {
        places[key(element)] = place
        groups.append([])
      }
      groups[place].append(element)
    }
    return groups
  }
}
