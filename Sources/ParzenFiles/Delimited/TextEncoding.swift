/// The encodings in which text comes: UTF-8, with a byte order mark or not, and UTF-16.
enum TextEncoding {
  /// UTF-16 text in UTF-8; nil if the text is not in UTF-16.
  static func convertedToUTF8(_ bytes: UnsafeBufferPointer<UInt8>) throws(FormatError) -> [UInt8]? {
    let isLittleEndian = bytes.starts(with: [0xFF, 0xFE])
    guard isLittleEndian || bytes.starts(with: [0xFE, 0xFF]) else { return nil }
    guard bytes.count.isMultiple(of: 2) else {
      throw FormatError("the text in UTF-16 ends within a character")
    }
    let units = stride(from: 2, to: bytes.count, by: 2).map { index -> UInt16 in
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return isLittleEndian ? second << 8 | first : first << 8 | second
    }
    guard let text = String(validating: units, as: UTF16.self), !text.contains("\0") else {
      throw FormatError("the text in UTF-16 is malformed: save it as UTF-8")
    }
    return Array(text.utf8)
  }

  /// The text without a byte order mark.
  ///
  /// - Throws: `FormatError` if the bytes are no text.
  static func content(_ bytes: UnsafeBufferPointer<UInt8>) throws(FormatError) -> UnsafeBufferPointer<UInt8> {
    if bytes.prefix(4096).contains(0) {
      throw FormatError("this is neither a text file nor one of NumPy arrays (.npy, .npz)")
    }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    return bytes.starts(with: mark) ? UnsafeBufferPointer(rebasing: bytes.dropFirst(mark.count)) : bytes
  }
}

/// Text in UTF-8 or, where it is none, in ISO 8859-1, as older spreadsheets write it.
func decodedText(_ bytes: some Sequence<UInt8>) -> String {
  String(validating: bytes, as: UTF8.self)
    ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
}
