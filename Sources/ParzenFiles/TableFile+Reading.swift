import ParzenCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension TableFile {
  /// Reads a file of text or NumPy arrays, compressed by gzip or not; which it is shows in its first bytes,
  /// not in its name.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - options: what is known about it.
  /// - Throws: `ParzenError.file` if the file cannot be read, does not hold a table of finite numbers, or
  ///   leaves open what its numbers are. The text says where, and what to do.
  /// - Complexity: O(size of the file). Memory: the values, and for text and compressed files the content.
  public init(contentsOf url: URL, options: TableOptions = TableOptions()) throws(ParzenError) {
    let path = url.givenPath
    let file = try InputFile(path: path)
    let opening = try [UInt8](capacity: NumPyHeader.magic.count) { buffer throws(ParzenError) in
      file.size == nil ? 0 : try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
    }
    if opening == NumPyHeader.magic, options.format ?? .npy == .npy {
      // Straight into the table, without a copy of the file in memory.
      let array = try NumPyReader.array(file, path: path)
      try self.init(array, path: path, options: options)
    } else {
      var options = options
      if options.format == .chain { try ChainNames.find(for: url, &options) }
      try self.init(bytes: try file.readAll(), path: path, options: options)
    }
  }

  /// Reads everything that comes from standard input.
  public init(
    contentsOfStandardInput options: TableOptions
  ) throws(ParzenError) {
    let file = try InputFile(standardInput: ())
    try self.init(bytes: try file.readAll(), path: file.path, options: options)
  }

  /// Reads the content of a file.
  ///
  /// - Parameters:
  ///   - bytes: the whole content.
  ///   - path: a name for messages.
  public init(
    bytes: [UInt8], path: String, options: TableOptions = TableOptions()
  ) throws(ParzenError) {
    var bytes = bytes
    if Gzip.isCompressed(bytes) {
      do throws(FormatError) { bytes = try Gzip.decompressed(bytes) } catch { throw error.inFile(path) }
    }
    do throws(FormatError) {
      let format = if let format = options.format { format } else { try ForeignFormat.tableFormat(of: bytes) }
      switch format {
      case .npy: self = try TableFile(try NumPyReader.array(inMemory: bytes), options: options)
      case .npz: self = try NumPyArchive(bytes).table(options)
      case .csv, .chain:
        self = try bytes.withUnsafeBufferPointer { bytes throws(FormatError) in
          try CSVReader.table(bytes, options: options)
        }
      }
    } catch {
      throw error.inFile(path)
    }
  }

  private init(_ array: NumPyArray, path: String, options: TableOptions) throws(ParzenError) {
    do throws(FormatError) { try self.init(array, options: options) } catch { throw error.inFile(path) }
  }
}
