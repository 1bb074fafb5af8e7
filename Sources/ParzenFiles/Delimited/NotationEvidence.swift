/// What the numbers of a text say about their notation: commas and points may be decimal marks or stand
/// between groups of digits, and many a number, such as `1,234`, could be read in both ways.
struct NotationEvidence {
  /// Numbers that have a decimal comma, however they are read: `1,5`, `0,123`, `1.234,5`.
  private var decimalCommas: String?
  /// Numbers that have a decimal point: `1.5`, `1,234.5`.
  private var decimalPoints: String?
  /// Numbers with commas between groups: `1,234,567`, `1,234.5`.
  private var groupCommas: String?
  /// Numbers with points between groups: `1.234.567`, `1.234,5`.
  private var groupPoints: String?
  /// Numbers such as `1,234`.
  private var openCommas: String?
  /// Numbers such as `1.234`: plain ones, unless a comma is the decimal mark.
  private var openPoints: String?
  /// Another mark between groups, and a number that has it.
  private var otherGroups: (mark: Character, example: String)?

  /// Characters that stand between groups in some countries, beside commas and points.
  static let otherMarks: [Character] = [" ", "\u{A0}", "\u{202F}", "\u{2009}", "'", "\u{2019}", "_"]

  /// Takes a field into account; texts that are no numbers in any notation say nothing.
  mutating func add(_ field: String) {
    guard let number = Shape(field) else { return }
    if let mark = number.otherMark { otherGroups = otherGroups ?? (mark, field) }
    switch (number.commas, number.points) {
    case (.none, .none): return
    case (.one(let isGroup), .none):
      if isGroup { openCommas = openCommas ?? field } else { decimalCommas = decimalCommas ?? field }
    case (.none, .one(let isGroup)):
      if isGroup { openPoints = openPoints ?? field } else { decimalPoints = decimalPoints ?? field }
    case (.groups, .none): groupCommas = groupCommas ?? field
    case (.none, .groups): groupPoints = groupPoints ?? field
    case (_, .one) where number.lastMark == ".":
      (groupCommas, decimalPoints) = (groupCommas ?? field, decimalPoints ?? field)
    default:
      (groupPoints, decimalCommas) = (groupPoints ?? field, decimalCommas ?? field)
    }
  }

  /// The notation.
  ///
  /// - Parameter options: marks that were given decide.
  /// - Throws: `FormatError` if numbers contradict each other, or leave the notation open.
  func notation(_ options: TableOptions) throws(FormatError) -> NumberNotation {
    if options.decimalMark != nil || options.groupMark != nil {
      let decimal =
        options.decimalMark ?? (options.groupMark == "," ? "." : options.groupMark == "." ? "," : ".")
      return NumberNotation(decimalMark: decimal, groupMark: options.groupMark ?? otherGroups?.mark)
    }
    if let comma = decimalCommas {
      if let point = decimalPoints ?? groupCommas {
        throw FormatError(
          "the numbers \(quoted(comma)) and \(quoted(point)) have different decimal marks: say which one "
            + "is right with `decimalMark`")
      }
      return NumberNotation(
        decimalMark: ",", groupMark: groupPoints ?? openPoints != nil ? "." : otherGroups?.mark)
    }
    if let groups = groupCommas {
      guard groupPoints == nil else {
        throw FormatError(
          "\(quoted(groups)) and \(quoted(groupPoints!)) have different marks between groups of digits: "
            + "say which one is right with `groupMark`")
      }
      return NumberNotation(groupMark: ",")
    }
    if groupPoints != nil { return NumberNotation(decimalMark: ",", groupMark: ".") }
    if let open = openCommas {
      guard decimalPoints != nil else {
        throw FormatError(
          """
          \(quoted(open)) may be a number with decimals or with thousands: say which with `decimalMark = ,` \
          or 
          """
            + "`groupMark = ,`")
      }
      return NumberNotation(groupMark: ",")
    }
    return NumberNotation(groupMark: otherGroups?.mark)
  }

  /// Whether a text is a number in some notation.
  static func isNumber(_ text: String) -> Bool { Shape(text) != nil }
}

/// Where a number has its marks.
private struct Shape {
  enum Marks: Equatable {
    case none
    /// One mark; whether it may stand between groups: behind one to three digits of which the first is not
    /// zero, and before exactly three.
    case one(isGroup: Bool)
    /// Several, each before exactly three digits.
    case groups
  }

  var commas = Marks.none
  var points = Marks.none
  /// The last comma or point.
  var lastMark: Character?
  var otherMark: Character?

  /// Nil if the text is no number in any notation.
  init?(_ text: String) {
    var body = text[...]
    if let sign = body.first, "+-\u{2212}\u{2013}".contains(sign) { body = body.dropFirst() }
    guard body.contains(where: \.isASCIIDigit) else { return nil }
    otherMark = body.first { NotationEvidence.otherMarks.contains($0) }
    let end = body.firstIndex { !$0.isASCIIDigit && !",.".contains($0) && $0 != otherMark } ?? body.endIndex
    let mantissa = body[..<end]
    lastMark = mantissa.last { ",.".contains($0) }
    // Whatever the notation is, it must read the number.
    let candidates = [
      NumberNotation(groupMark: otherMark), NumberNotation(decimalMark: ",", groupMark: otherMark),
      NumberNotation(groupMark: ","), NumberNotation(decimalMark: ",", groupMark: "."),
    ]
    guard candidates.contains(where: { $0.number(text) != nil }) else { return nil }
    commas = Self.marks(",", in: mantissa, hasExponent: end != body.endIndex)
    points = Self.marks(".", in: mantissa, hasExponent: end != body.endIndex)
  }

  private static func marks(_ mark: Character, in mantissa: Substring, hasExponent: Bool) -> Marks {
    let parts = mantissa.split(separator: mark, omittingEmptySubsequences: false)
    switch parts.count {
    case 1: return .none
    case 2:
      let isGroup =
        1...3 ~= parts[0].count && parts[0].first != "0" && parts[1].count == 3 && !hasExponent
        && parts.allSatisfy { $0.allSatisfy(\.isASCIIDigit) }
      return .one(isGroup: isGroup)
    default: return .groups
    }
  }
}

/// Whether lines such as `10,37` are one number with a decimal comma, or two whole numbers.
enum DecimalCommaEvidence {
  case oneNumber
  case twoNumbers
  /// Both are possible; an example.
  case open(String)

  /// Looks at rows that commas divide.
  ///
  /// They are decimals where a header has one name, or where digits behind the comma begin with zero
  /// (`10,05`). The question is open where all have the same two or more digits there, or one digit in
  /// eight or more rows with three different ones, and where among five or more rows of changing length no
  /// second part of several digits ends with zero: numbers are written so without their last zeros.
  ///
  /// - Parameter rows: the first rows of the text, divided at commas.
  init(_ rows: [TextRow]) {
    let hasHeader = rows.first.map { !$0.fields.contains(where: \.isNumber) } ?? false
    let body = rows.dropFirst(hasHeader ? 1 : 0)
    self = .twoNumbers
    guard body.count >= 2, !hasHeader || rows[0].fields.count == 1 else { return }
    var (firsts, seconds): ([String], [String]) = ([], [])
    for row in body {
      guard row.fields.count == 2, !row.fields[0].isQuoted, !row.fields[1].isQuoted,
        Int(row.fields[0].text) != nil, row.fields[1].text.allSatisfy(\.isASCIIDigit),
        !row.fields[1].text.isEmpty
      else { return }
      firsts.append(row.fields[0].text)
      seconds.append(row.fields[1].text)
    }
    let example = "\(firsts[0]),\(seconds[0])"
    let counts = firsts.compactMap { Int($0) }
    let isCounting = counts[0] <= 1 && zip(counts, counts.dropFirst()).allSatisfy { $1 == $0 + 1 }
    let widths = Set(seconds.map(\.count))
    if hasHeader {
      // R writes row numbers without a name above them.
      self = isCounting ? .twoNumbers : widths == [3] ? .open(example) : .oneNumber
    } else if isCounting, body.count >= 8 {
      return
    } else if seconds.contains(where: { $0.count > 1 && $0.hasPrefix("0") }) {
      self = widths == [3] ? .open(example) : .oneNumber
    } else if widths.count == 1, body.count >= 3, widths != [1] {
      self = .open(example)
    } else if widths == [1], body.count >= 8, Set(seconds).count >= 3 {
      self = .open(example)
    } else if widths.count > 1, body.count >= 5, !seconds.contains(where: { $0.hasSuffix("0") && $0 != "0" })
    {
      self = .open(example)
    }
  }
}
