extension Separator {
  /// The separator for a character that a person names.
  init(_ character: Character) throws(FormatError) {
    if character == " " {
      self = .whitespace
    } else if let byte = character.asciiValue, byte > 0x20 || byte == 0x09, byte != UInt8(ascii: "\"") {
      self = .character(byte)
    } else {
      throw FormatError("\(quoted(String(character))) cannot separate columns: give a comma, for example")
    }
  }

  /// Guesses the separator from the first 200 rows.
  ///
  /// It is the one that divides most rows into the same number of fields, two or more, of which the largest
  /// part are numbers; of equal ones a tab before a semicolon, a comma, a bar and white space. Colons, which
  /// stand in times, count where nothing else divides. Without any the file has one column.
  ///
  /// - Parameter decimalMark: the decimal mark, if it is known: a comma then separates only quoted numbers.
  static func detect(_ start: CSVScanner, decimalMark: Character?) -> Separator {
    var best: (separator: Separator, score: Double) = (.character(UInt8(ascii: ",")), 0)
    for byte in [UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "|"), 0x20] {
      let separator = byte == 0x20 ? Separator.whitespace : .character(byte)
      let rows = TextRow.first(200, from: start.with(separator))
      if byte == UInt8(ascii: ","), decimalMark == ",",
        !rows.contains(where: { $0.fields.contains { $0.isQuoted && $0.text.contains(",") } })
      {
        continue
      }
      let score = score(rows)
      // White space also stands around other separators, and within names.
      if score > best.score * (separator == .whitespace ? 1.2 : 1) { best = (separator, score) }
    }
    if best.score > 0 { return best.separator }
    let colon = Separator.character(UInt8(ascii: ":"))
    if score(TextRow.first(200, from: start.with(colon))) > 0.9 { return colon }
    let rows = TextRow.first(200, from: start.with(.whitespace))
    if decimalMark == ",", !rows.isEmpty { return .character(UInt8(ascii: ";")) }
    return best.separator
  }

  /// How well a separator divides rows into a table: the part of rows with the most common number of fields,
  /// if that is two or more, times a half and half the part of numbers among their fields.
  private static func score(_ rows: [TextRow]) -> Double {
    guard let columns = TextRow.commonFieldCount(rows), columns > 1 else { return 0 }
    let fitting = rows.filter { $0.fields.count == columns }
    let consistency = Double(fitting.count) / Double(rows.count)
    guard consistency >= 0.5 else { return 0 }
    // The first row may be a header.
    let fields = (fitting.count > 1 ? fitting.dropFirst() : fitting[...]).flatMap(\.fields)
    let numbers = fields.count { $0.isNumber }
    let marks = fields.count { !$0.isNumber && $0.isValue }
    let share = (Double(numbers) + 0.5 * Double(marks)) / Double(fields.count)
    return consistency * (0.2 + 0.8 * share)
  }
}

extension TextRow {
  /// The first rows of a text, up to one that cannot be divided into fields.
  static func first(_ count: Int, from start: CSVScanner) -> [TextRow] {
    var scanner = start
    var rows: [TextRow] = []
    while rows.count < count, scanner.startRow() {
      guard let row = try? scanner.row() else { break }
      rows.append(row)
    }
    return rows
  }

  /// The number of fields that most rows have; of equally common ones that of the row that comes first.
  static func commonFieldCount(_ rows: [TextRow]) -> Int? {
    var counts: [Int: Int] = [:]
    for row in rows { counts[row.fields.count, default: 0] += 1 }
    let most = counts.values.max()
    return rows.first { counts[$0.fields.count] == most }?.fields.count
  }
}
