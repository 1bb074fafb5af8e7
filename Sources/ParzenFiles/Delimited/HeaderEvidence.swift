/// What the first row of a text says about whether it is a header.
struct HeaderEvidence {
  /// Fields that look like names above numbers.
  private var names = 0
  /// Fields without text above a column that has one in every row.
  private var empty = 0
  /// Numbers with a decimal mark or an exponent.
  private var numbers = 0
  /// Whole numbers.
  private var wholeNumbers = 0
  /// The first field that looks like a number with something wrong about it.
  private var damaged: Int?
  /// Whether a text of the row is found in its column again.
  private var repeats = false
  /// Whether the row is a series as pandas and spreadsheets make it, 0, 1, 2, ... or years, and the numbers
  /// below do not look like it: none is whole, or the row is beyond their range.
  private var series = Series.none

  private enum Series { case none, clear, open }

  /// - Parameters:
  ///   - row: the first row.
  ///   - below: those that follow.
  ///   - isNumeric: which columns hold numbers below.
  init(_ row: TextRow, below: [TextRow], isNumeric: [Bool]) {
    guard !below.isEmpty else {
      names = row.fields.count(where: \.isName)
      return
    }
    for (column, field) in row.fields.enumerated() {
      guard isNumeric[column] else {
        if !field.text.isEmpty, below.contains(where: { $0.fields[column] == field }) { repeats = true }
        continue
      }
      if field.text.isEmpty {
        if below.allSatisfy({ !$0.fields[column].text.isEmpty }) { empty += 1 }
      } else if SpecialValue(field.text) != nil {
        continue
      } else if field.isName {
        names += 1
      } else if field.isDamagedNumber {
        damaged = damaged ?? column
      } else if Int(field.text) != nil {
        wholeNumbers += 1
      } else {
        numbers += 1
      }
    }
    if !isNumeric.contains(true), !repeats { names += row.fields.count(where: \.isName) }
    if names == 0, damaged == nil, numbers == 0 { series = Self.series(row, below, isNumeric) }
  }

  /// Whether the row is a header.
  ///
  /// - Throws: `FormatError` with the question where it is not clear.
  func decision(_ row: TextRow) throws(FormatError) -> Bool {
    let question =
      "say `header = yes` if line \(row.line) holds the names of the columns, `header = no` if a sample"
    if names > 0 {
      guard numbers == 0, damaged == nil, !repeats else {
        throw FormatError("line \(row.line) has both names and numbers: \(question), and correct it")
      }
      return true
    }
    if let damaged {
      throw FormatError(
        """
        line \(row.line), column \(damaged + 1) has \(quoted(row.fields[damaged].text)), which is not a \
        number: 
        """
          + "correct it, or \(question)")
    }
    if numbers > 0 { return false }
    if empty > 0, wholeNumbers + empty == row.fields.count { return series != .none }
    switch series {
    case .none: return false
    case .clear: return true
    case .open:
      throw FormatError(
        """
        line \(row.line) (\(row.fields.map(\.text).prefix(6).joined(separator: ", "))) may be a sample or \
        the names of the 
        """
          + "columns: \(question)")
    }
  }

  private static func series(_ row: TextRow, _ below: [TextRow], _ isNumeric: [Bool]) -> Series {
    let shown = row.fields.indices.filter { isNumeric[$0] && !row.fields[$0].text.isEmpty }
    let labels = shown.compactMap { Int(row.fields[$0].text) }
    guard labels.count == shown.count, !labels.isEmpty, labels.count + 1 >= row.fields.count else {
      return .none
    }
    let isCount = 0...1 ~= labels[0] && labels.elementsEqual(labels[0]..<labels[0] + labels.count)
    let areYears = labels.allSatisfy { 1500...2200 ~= $0 }
    guard isCount || areYears && isEvenlySpaced(labels) else { return .none }
    let isUnnamed = row.fields[0].text.isEmpty
    var isOutside = false
    var hasWhole = false
    for (column, label) in zip(shown, labels) {
      let texts = below.map { $0.fields[column] }.filter(\.isNumber).map(\.text)
      let whole = texts.count { Int($0) != nil }
      if 10 * whole > texts.count { hasWhole = true }
      let values = texts.compactMap {
        NumberNotation().number($0) ?? NumberNotation(decimalMark: ",").number($0)
      }
      if let low = values.min(), let high = values.max(), !(low...high).contains(Double(label)) {
        isOutside = true
      }
    }
    if isUnnamed, row.fields.count > 1 { return .clear }
    guard below.count >= 8 else { return .none }
    if !hasWhole { return shown.count > 1 || areYears ? .clear : isOutside ? .open : .none }
    return isOutside ? .open : .none
  }

  /// Whether years are equally far apart. (The difference of any whole numbers need not be one of `Int`.)
  private static func isEvenlySpaced(_ years: [Int]) -> Bool {
    let steps = Set(zip(years, years.dropFirst()).map { $1 - $0 })
    return steps.count <= 1 && !steps.contains(0)
  }
}
