import Foundation

/// Rows of text with their columns padded to equal widths, the last left as it is.
func aligned(_ rows: [[String]]) -> [String] {
  let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
  return rows.map { row in
    zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
      .joined(separator: "  ").trimmingCharacters(in: .whitespaces)
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
