import ParzenCore
import ParzenPlatform

extension NumPyRows {
  /// Whether a file begins as a `.npy` file does.
  package static func isOne(_ path: String) throws(ParzenError) -> Bool {
    let file = try InputFile(path: path)
    let opening = try [UInt8](capacity: NumPyHeader.magic.count) { buffer throws(ParzenError) in
      file.size == nil ? 0 : try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
    }
    return opening == NumPyHeader.magic
  }

  /// About how many bytes a text takes as numbers: eight for every nine of its own.
  package static func sizeOfText(_ path: String) throws(ParzenError) -> Int {
    guard let size = try InputFile(path: path).size else {
      throw .file(path: path, reason: "only a file on a disk can be read in parts: save it there first")
    }
    return size / 9 * 8
  }

  /// The folder of temporary files.
  package static var temporaryFolder: String {
    guard let folder = getenv("TMPDIR").map({ String(cString: $0) }), !folder.isEmpty else { return "/tmp" }
    return folder
  }

  /// The numbers of a text as a temporary `.npy` file, which has no name: it is gone when it is no longer
  /// used, however the process ends.
  ///
  /// A column of weights is the last one. Rows with a missing value, where these are dropped, are not
  /// numbers.
  ///
  /// - Returns: the file, and what was noticed about the text.
  /// - Throws: `ParzenError.file` as for tables, for compressed text, and where the folder has no room.
  /// - Complexity: O(size) time; memory of a few thousand rows.
  package static func converting(
    text path: String, options: TableOptions
  ) throws(ParzenError) -> (rows: NumPyRows, notes: [String]) {
    let text = try MappedFile(path: path)
    let isCompressed = Gzip.isCompressed([UInt8](text.bytes.prefix(2)))
    guard !isCompressed, text.bytes.first.map({ $0 < 0xF0 }) ?? true else {
      throw .file(
        path: path,
        reason: "only plain text and .npy files can be read in parts: decompress it, or convert it")
    }
    var target = try InputFile(temporaryIn: temporaryFolder)
    // The header has the same length for any number of rows.
    var offset = NumPyHeader.encoded(rows: 0, columns: 1).count
    let start = offset
    var failure: ParzenError?
    let found: (names: [String]?, columns: Int, rows: Int, notes: [String])
    do throws(FormatError) {
      found = try CSVReader.rows(text.bytes, options: options) { (values) throws(FormatError) in
        do throws(ParzenError) {
          try values.withBytes { bytes throws(ParzenError) in try target.write(bytes, at: offset) }
        } catch {
          failure = error
          throw FormatError("the rows cannot be kept")
        }
        offset += values.count * 8
      }
    } catch {
      throw failure ?? error.inFile(path)
    }
    let header = NumPyHeader.encoded(rows: found.rows, columns: found.columns)
    precondition(header.count == start, "headers of arrays with two axes have one length")
    try header.withBytes { bytes throws(ParzenError) in try target.write(bytes, at: 0) }
    target.size = offset
    return (try NumPyRows(target, path: path, names: found.names), found.notes)
  }
}

/// The bytes of a file, which the system reads where they are looked at, and may forget again.
private struct MappedFile: ~Copyable {
  let bytes: UnsafeBufferPointer<UInt8>

  init(path: String) throws(ParzenError) {
    let file = try InputFile(path: path)
    guard let size = file.size else {
      throw .file(path: path, reason: "only a file on a disk can be read in parts: save it there first")
    }
    bytes = try file.mapped(size)
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress!), bytes.count) }
}
