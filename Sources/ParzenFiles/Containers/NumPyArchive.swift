import ParzenCore

/// The arrays of a `.npz` file: a zip archive of `.npy` files.
struct NumPyArchive {
  private let archive: ZipArchive
  /// The members that are arrays, by name without the ending.
  private let arrays: [(name: String, member: ZipArchive.Member)]

  init(_ bytes: [UInt8]) throws(FormatError) {
    archive = try ZipArchive(bytes)
    arrays = archive.members.filter { $0.name.hasSuffix(".npy") }.map { (String($0.name.dropLast(4)), $0) }
    guard !arrays.isEmpty else { throw FormatError("the archive holds no NumPy arrays") }
  }

  /// The array that the options name; without a name the only one, or all as columns where each has one axis
  /// and all have the same length.
  func table(_ options: TableOptions) throws(FormatError) -> TableFile {
    let names = arrays.map(\.name)
    let chosen: (name: String, member: ZipArchive.Member)
    if let name = options.array {
      guard let array = arrays.first(where: { $0.name == name }) else {
        throw FormatError(
          """
          there is no array \(quoted(name)): the file has \(names.map { quoted($0) }.joined(separator: ", "))
          """
        )
      }
      chosen = array
    } else if arrays.count == 1 {
      chosen = arrays[0]
    } else {
      return try columns(options)
    }
    return try TableFile(try read(chosen.member), options: options)
  }

  /// All arrays as columns.
  private func columns(_ options: TableOptions) throws(FormatError) -> TableFile {
    var read: [NumPyArray] = []
    for array in arrays {
      let values = try self.read(array.member)
      guard values.shape.count == 1, values.matrix.rows == read.first?.matrix.rows ?? values.matrix.rows
      else {
        throw FormatError(
          "the file has the arrays \(arrays.map { quoted($0.name) }.joined(separator: ", ")): "
            + "say which one with `array = NAME`")
      }
      read.append(values)
    }
    let rows = read[0].matrix.rows
    var matrix = Matrix(rows: rows, columns: read.count)
    for (column, array) in read.enumerated() {
      for row in 0..<rows { matrix[row, column] = array.matrix.elements[row] }
    }
    return try TableFile(
      NumPyArray(matrix: matrix, shape: [rows, read.count], names: arrays.map(\.name)), options: options)
  }

  private func read(_ member: ZipArchive.Member) throws(FormatError) -> NumPyArray {
    let bytes = try archive.content(of: member)
    return try NumPyReader.array(inMemory: bytes)
  }
}
