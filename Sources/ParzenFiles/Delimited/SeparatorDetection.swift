extension Separator {
  /// Guesses the separator from the first 20 lines that have content.
  ///
  /// A semicolon, comma or tab outside quotation marks is the separator if it is in at least half of these
  /// lines; of several the one in most lines, in this order of preference. Failing these it is white space,
  /// if more than half of the lines have some between other characters. Otherwise the file has one column,
  /// and any will do.
  static func detect(_ bytes: UnsafeBufferPointer<UInt8>) -> Separator {
    let candidates: [UInt8] = [UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "\t")]
    var lines = 0
    var linesWithCandidate = [0, 0, 0]
    var linesWithWhitespace = 0
    var scanner = CSVScanner(bytes, separator: .whitespace)
    while lines < 20, scanner.startRow() {
      var contains = [false, false, false]
      var isBehindBlank = false
      var hasInnerWhitespace = false
      scanner.skipRow { byte in
        if let index = candidates.firstIndex(of: byte) { contains[index] = true }
        let isBlank = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
        if isBehindBlank, !isBlank { hasInnerWhitespace = true }
        isBehindBlank = isBlank
      }
      lines += 1
      for index in contains.indices where contains[index] { linesWithCandidate[index] += 1 }
      if hasInnerWhitespace { linesWithWhitespace += 1 }
    }
    let most = linesWithCandidate.max()!
    if most > 0, 2 * most >= lines { return .character(candidates[linesWithCandidate.firstIndex(of: most)!]) }
    return 2 * linesWithWhitespace > lines ? .whitespace : .character(UInt8(ascii: ","))
  }
}
