/// Which columns of a file become those of a table.
struct ColumnSelection: Equatable {
  /// The columns to keep, in order, counted from 0.
  var kept: [Int]
  /// The column with the samples' weights.
  var weight: Int?
  /// Whether the columns were named, so that none is left out on suspicion.
  let isExplicit: Bool

  /// Finds the columns that options name.
  ///
  /// A text names a column if it is its name, whatever the case if only one fits so; otherwise its number
  /// from 1, or a range of numbers as `2-5`.
  ///
  /// - Parameters:
  ///   - names: the names of the columns; nil if the file has none.
  ///   - count: their number.
  /// - Throws: `FormatError` if there is no such column, with those that there are.
  init(_ options: TableOptions, names: [String]?, count: Int) throws(FormatError) {
    func find(_ texts: [String]) throws(FormatError) -> [Int] {
      var found: [Int] = []
      for text in texts { found += try Self.columns(text, names: names, count: count) }
      return found
    }
    if let text = options.weightColumn {
      let found = try find([text])
      guard found.count == 1 else {
        throw FormatError("the weights are one column, not the \(found.count) columns \(text)")
      }
      weight = found[0]
    }
    var dropped = Set(try find(options.droppedColumns))
    var chosen = try Self.matching(options.matchingNames, names: names, count: count)
    if chosen == nil, let columns = options.columns { chosen = try find(columns) }
    if options.format == .chain, count > 2 {
      // The weight, and minus the log posterior.
      if weight == nil { weight = 0 }
      if chosen == nil { dropped.formUnion([0, 1]) }
    }
    if let chosen, let twice = chosen.first(where: { column in chosen.count { $0 == column } > 1 }) {
      throw FormatError("column \(Self.label(twice, names)) is chosen twice: name it once")
    }
    let weight = self.weight
    kept = (chosen ?? Array(0..<count)).filter { !dropped.contains($0) && $0 != weight }
    isExplicit = chosen != nil
    guard !kept.isEmpty else { throw FormatError("no column is left: choose at least one") }
  }

  /// The columns with given names; all, where a file has none of these names but as many columns. Nil where
  /// it has neither.
  ///
  /// - Throws: `FormatError` if the file has some of the names, with those that it lacks.
  private static func matching(
    _ wanted: [String]?, names: [String]?, count: Int
  ) throws(FormatError) -> [Int]? {
    guard let wanted else { return nil }
    let found = wanted.map { name in names?.firstIndex(of: name) }
    let missing = zip(wanted, found).filter { $0.1 == nil }.map(\.0)
    if missing.isEmpty { return found.compactMap(\.self) }
    guard missing.count == wanted.count else {
      throw FormatError("there is no column \(list(missing)): the file has \(list(names ?? []))")
    }
    return count == wanted.count ? Array(0..<count) : nil
  }

  /// All columns.
  init(all count: Int) {
    kept = Array(0..<count)
    isExplicit = false
  }

  private static func columns(
    _ text: String, names: [String]?, count: Int
  ) throws(FormatError) -> [Int] {
    if let names {
      if let column = names.firstIndex(of: text) { return [column] }
      let alike = names.indices.filter { names[$0].lowercased() == text.lowercased() }
      if alike.count == 1 { return alike }
    }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    if let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2 {
      guard first >= 1, first <= last, last <= count else {
        throw FormatError(
          """
          there is no column \(text): the file has \(count) \(count == 1 ? "column" : "columns"), counted \
          from 1
          """
        )
      }
      return Array(first - 1...last - 1)
    }
    guard let names else {
      throw FormatError("there is no column \(quoted(text)): the columns have no names, give numbers from 1")
    }
    throw FormatError("there is no column \(quoted(text)): the file has \(Self.list(names))")
  }

  /// A column for messages: its name, or its number.
  static func label(_ column: Int, _ names: [String]?) -> String {
    if let names, column < names.count { names[column] } else { "\(column + 1)" }
  }

  /// The first names of a list, separated by commas.
  static func list(_ names: [String]) -> String {
    names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", ..." : "")
  }
}
