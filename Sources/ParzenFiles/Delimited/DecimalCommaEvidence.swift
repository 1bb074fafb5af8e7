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
