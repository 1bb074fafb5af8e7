/// The members of a zip archive (PKWARE's APPNOTE, with the 64-bit extension), found by its central
/// directory.
struct ZipArchive {
  /// A member of the archive.
  struct Member {
    var name: String
    var method: Int
    /// CRC-32 of the content.
    var checksum: Int
    var compressedSize: Int
    var localHeader: Int
  }

  private let bytes: [UInt8]
  /// The members, in the order of the directory.
  private(set) var members: [Member] = []

  /// Whether bytes begin like an archive.
  static func isArchive(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x50, 0x4B, 3, 4]) || bytes.starts(with: [0x50, 0x4B, 5, 6])
  }

  /// Reads the directory.
  ///
  /// - Throws: `FormatError` if there is none, or it points beyond the archive.
  init(_ bytes: [UInt8]) throws(FormatError) {
    self.bytes = bytes
    // The record at the end has 22 bytes and a comment of at most 65,535.
    let earliest = max(0, bytes.count - 22 - 65_535)
    let end = stride(from: bytes.count - 22, through: earliest, by: -1).first { start in
      start >= 0 && bytes[start...].starts(with: [0x50, 0x4B, 5, 6])
    }
    guard let end else { throw FormatError("the archive is truncated: it has no directory at its end") }
    var count = try number(at: end + 10, size: 2)
    var position = try number(at: end + 16, size: 4)
    if count == 0xFFFF || position == 0xFFFF_FFFF, end >= 20,
      bytes[(end - 20)...].starts(with: [0x50, 0x4B, 6, 7])
    {
      let record = try number(at: end - 12, size: 8)
      count = try number(at: record + 32, size: 8)
      position = try number(at: record + 48, size: 8)
    }
    guard count <= bytes.count / 46 else { throw malformed }
    for _ in 0..<count {
      guard try number(at: position, size: 4) == 0x0201_4B50 else { throw malformed }
      let nameLength = try number(at: position + 28, size: 2)
      let extraLength = try number(at: position + 30, size: 2)
      let commentLength = try number(at: position + 32, size: 2)
      let extra = position + 46 + nameLength
      guard extra + extraLength <= bytes.count else { throw malformed }
      var member = Member(
        name: String(decoding: bytes[position + 46..<extra], as: UTF8.self),
        method: try number(at: position + 10, size: 2),
        checksum: try number(at: position + 16, size: 4),
        compressedSize: try number(at: position + 20, size: 4),
        localHeader: try number(at: position + 42, size: 4))
      let uncompressedSize = try number(at: position + 24, size: 4)
      try readLargeSizes(&member, uncompressedSize: uncompressedSize, extra..<extra + extraLength)
      members.append(member)
      position = extra + extraLength + commentLength
    }
  }

  /// The content of a member.
  ///
  /// - Throws: `FormatError` if it ends beyond the archive, is compressed in another way, or is not what its
  ///   checksum says.
  func content(of member: Member) throws(FormatError) -> [UInt8] {
    let header = member.localHeader
    guard try number(at: header, size: 4) == 0x0403_4B50 else { throw malformed }
    let start = header + 30 + (try number(at: header + 26, size: 2)) + (try number(at: header + 28, size: 2))
    guard start <= bytes.count, member.compressedSize <= bytes.count - start else {
      throw FormatError("the archive is truncated: \(quoted(member.name)) ends beyond it")
    }
    let data = bytes[start..<start + member.compressedSize]
    let content: [UInt8]
    switch member.method {
    case 0: content = Array(data)
    case 8: content = try Gzip.deflated(data)
    default:
      throw FormatError(
        "\(quoted(member.name)) is compressed by method \(member.method), which is not supported: "
          + "save the archive again with deflate")
    }
    guard Gzip.checksum(content) == member.checksum else {
      throw FormatError(
        "the archive is damaged: \(quoted(member.name)) does not have its checksum; save or copy it again")
    }
    return content
  }

  /// The sizes and the offset of a member beyond 32 bits, which stand in an extra field in this order.
  private func readLargeSizes(
    _ member: inout Member, uncompressedSize: Int, _ range: Range<Int>
  ) throws(FormatError) {
    var position = range.lowerBound
    while position + 4 <= range.upperBound {
      let (kind, size) = (try number(at: position, size: 2), try number(at: position + 2, size: 2))
      if kind == 1 {
        var field = position + 4
        if uncompressedSize == 0xFFFF_FFFF { field += 8 }
        if member.compressedSize == 0xFFFF_FFFF {
          member.compressedSize = try number(at: field, size: 8)
          field += 8
        }
        if member.localHeader == 0xFFFF_FFFF { member.localHeader = try number(at: field, size: 8) }
      }
      position += 4 + size
    }
  }

  /// A little-endian number of up to eight bytes.
  private func number(at position: Int, size: Int) throws(FormatError) -> Int {
    guard position >= 0, position <= bytes.count - size else { throw malformed }
    let value = (0..<size).reduce(UInt64(0)) { $0 | UInt64(bytes[position + $1]) << UInt64(8 * $1) }
    guard value <= UInt64(Int32.max) * 1 << 20 else { throw malformed }
    return Int(value)
  }

  private var malformed: FormatError { FormatError("the directory of the archive is malformed") }
}
