import Foundation
import ParzenCore
import Testing

@testable import ParzenFiles

@Suite struct NumPyTests {
  /// The matrix in the fixtures: element (i, j) is 10 i + j + 0.25.
  static let matrix = Matrix((0..<5).map { i in (0..<3).map { j in Double(10 * i + j) + 0.25 } })

  /// A byte of the numbers, which stand uncompressed, is another one.
  @Test func damagedArchivesAreRefused() throws {
    var bytes = [UInt8](try Data(contentsOf: fixture("Dialects/numpy-one.npz")))
    _ = try Table(bytes: bytes, path: "one.npz")
    bytes[300] ^= 0x10
    let reason = refusal { _ = try Table(bytes: bytes, path: "one.npz") }
    #expect(
      reason?.contains("samples.npy") == true && reason?.contains("checksum") == true, "\(reason ?? "")")
  }

  @Test(arguments: [
    "C-little-f4", "C-little-f8", "C-big-f4", "C-big-f8", "F-little-f4", "F-little-f8", "F-big-f4",
    "F-big-f8",
    "version-2", "version-3",
  ])
  func readsWhatNumPyWrites(name: String) throws {
    let url = fixture(name + ".npy")
    #expect(try Table(contentsOf: url) == Table(values: Self.matrix))
    #expect(try Table(bytes: [UInt8](Data(contentsOf: url)), path: "memory") == Table(values: Self.matrix))
  }

  @Test func readsOneAxisAsAColumn() throws {
    #expect(
      try Table(contentsOf: fixture("one-axis.npy")).values
        == Matrix([[0.25], [10.25], [20.25], [30.25], [40.25]]))
  }

  @Test func writesWhatNumPyWrites() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("table.npy")
      try Table(values: Self.matrix).write(to: url)
      #expect(try Data(contentsOf: url) == Data(contentsOf: fixture("C-little-f8.npy")))
    }
  }

  /// Files of NumPy that hold no table, and a part of the message that each should give.
  @Test(arguments: [
    ("no-axis", "the array has 0 axes: give one with two"),
    ("empty", "the array is empty: its shape is [0, 2]"),
    ("complex", #"the elements have the type "<c16": save them as float64"#),
    ("text", #"the elements have the type "<U1": save them as float64"#),
    ("objects", #"the elements have the type "|O": save them as float64"#),
    (
      "not-finite",
      "row 2, column 3 is not a number (NaN): correct it, or leave out such rows with `dropMissing`"
    ),
  ])
  func saysWhatIsWrong(name: String, message: String) {
    let reason = refusal { _ = try Table(contentsOf: fixture(name + ".npy")) }
    #expect(reason?.contains(message) == true, "\(name): \(reason ?? "accepted")")
  }

  @Test func dropsRowsThatAreNotFiniteWhenAsked() throws {
    let table = try Table(contentsOf: fixture("not-finite.npy"), dropMissing: true)
    #expect(try table == Table(values: Self.matrix.selectingRows([0, 2, 4]), droppedRows: 2))
    let allBad = Self.file(
      "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", [0, 0, 0, 0, 0, 0, 0xF0, 0x7F])
    #expect(
      refusal { _ = try Table(bytes: allBad, path: "bad") }?.contains("row 1, column 1 is infinite") == true)
    #expect(
      refusal { _ = try Table(bytes: allBad, path: "bad", dropMissing: true) }?.contains("every row has a")
        == true)
  }

  /// A row whose weight is missing is no row, as in texts.
  @Test(arguments: [Double.nan, -Double.infinity, -999]) func rowsWithoutAWeightAreIncomplete(gap: Double)
    throws
  {
    let bytes = [1, 5, gap, 7, 3, 9].flatMap { value in
      withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    }
    let file = Self.file("{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2)}", bytes)
    var options = TableOptions()
    (options.weightColumn, options.missing) = ("1", ["-999"])
    #expect(
      refusal { _ = try TableFile(bytes: file, path: "gap", options: options) }?.contains(
        "row 2, column 1 is")
        == true)
    options.dropMissing = true
    let read = try TableFile(bytes: file, path: "gap", options: options)
    #expect(read.sampleWeights == [1, 3] && read.rowNumbers == [1, 3])
    #expect(read.table.values.elements == [5, 9] && read.table.droppedRows == 1)
  }

  /// Malformed dictionaries, followed by 16 bytes of data, and a part of the message that each should give.
  @Test(arguments: [
    ("", "'{' is missing"),
    ("{", "a string should start"),
    ("{}", "lacks 'descr', 'fortran_order' or 'shape'"),
    ("{'descr': '<f8', 'fortran_order': False}", "lacks 'descr', 'fortran_order' or 'shape'"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)", "'}' is missing"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)} x", "there is text behind it"),
    ("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", #"repeated key "descr""#),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'more': 1}", #"repeated key "more""#),
    ("{'descr': <f8, 'fortran_order': False, 'shape': (2,)}", "a string should start"),
    ("{'descr': '<f8, 'fortran_order': False, 'shape': (2,)}", "'}' is missing"),
    ("{'descr': '<f8', 'fortran_order': 0, 'shape': (2,)}", "neither True nor False"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': 2}", "'(' is missing"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (2}", "')' is missing"),
    (
      "{'descr': '<f8', 'fortran_order': False, 'shape': (-2,)}", "a size is not a whole number, or too large"
    ),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (2.0,)}", "')' is missing"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}", "or too large"),
    (
      "{'descr': '<f8', 'fortran_order': False, 'shape': (3,)}",
      "promises an array of shape [3], but there are only 16"
    ),
    ("{'descr': '<f4', 'fortran_order': True, 'shape': (5, 1)}", "promises an array of shape [5, 1]"),
    (
      "{'descr': '<f8', 'fortran_order': False, 'shape': (2305843009213693953, 8)}",
      "promises an array of shape"
    ),
    (
      "{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807, 2)}",
      "promises an array of shape"
    ),
    (
      "{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 4)}",
      "promises an array of shape"
    ),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 0)}", "the array is empty"),
  ])
  func saysWhatIsWrongInTheHeader(header: String, message: String) {
    let bytes = Self.file(header, [UInt8](repeating: 0, count: 16))
    let reason = refusal { _ = try Table(bytes: bytes, path: "bad") }
    #expect(reason?.contains(message) == true, "\(header): \(reason ?? "accepted")")
  }

  @Test(arguments: ["C-little-f8", "F-little-f4", "version-2", "version-3", "one-axis"])
  func refusesEveryTruncationAndSurvivesEveryDamage(name: String) throws {
    let bytes = try [UInt8](Data(contentsOf: fixture(name + ".npy")))
    for count in 0..<bytes.count {
      #expect(throws: ParzenError.self) { try Table(bytes: Array(bytes[..<count]), path: "cut") }
    }
    var generator = SplitMix64(seed: 1)
    for _ in 0..<2000 {
      var damaged = bytes
      damaged[Int.random(in: 0..<128, using: &generator)] = .random(in: 0...255, using: &generator)
      if let table = try? Table(bytes: damaged, path: "damaged") {
        #expect(table.values.rows > 0 && table.values.elements.allSatisfy(\.isFinite))
      }
    }
  }

  @Test func refusesUnknownVersions() {
    for version in [0, 4, 255] as [UInt8] {
      let bytes = NumPyHeader.magic + [version, 1] + [UInt8](repeating: 32, count: 100)
      #expect(
        refusal { _ = try Table(bytes: bytes, path: "bad") }
          == "version \(version).1 of the .npy format is not supported")
    }
  }

  /// Sizes on both sides of the blocks in which the elements are read.
  @Test(arguments: [(1, 1), (4095, 1), (4096, 2), (4097, 2), (9000, 3), (3, 5000)])
  func readsEveryLayoutOfLargeArrays(rows: Int, columns: Int) throws {
    let matrix = Matrix(rows: rows, columns: columns, elements: (0..<rows * columns).map(Double.init))
    for isFortranOrder in [false, true] {
      let stored = isFortranOrder ? matrix.transposed.elements : matrix.elements
      let shape = "'fortran_order': \(isFortranOrder ? "True" : "False"), 'shape': (\(rows), \(columns))"
      let float64 = Self.file(
        "{'descr': '<f8', \(shape)}", stored.flatMap { bytes($0.bitPattern.littleEndian) })
      #expect(try Table(bytes: float64, path: "float64").values == matrix)
      let float32 = Self.file(
        "{'descr': '>f4', \(shape)}", stored.flatMap { bytes(Float($0).bitPattern.bigEndian) })
      #expect(try Table(bytes: float32, path: "float32").values == matrix)
    }
  }

  /// Every number of 16 bits, by its definition.
  @Test func halfPrecisionIsExact() throws {
    let words = (0..<UInt16.max).filter { $0 >> 10 & 31 < 31 }
    let file = Self.file(
      "{'descr': '>f2', 'fortran_order': False, 'shape': (\(words.count), 1)}",
      words.flatMap { bytes($0.bigEndian) })
    let expected = words.map { word in
      let (exponent, fraction) = (Int(word >> 10 & 31), Double(word & 1023) / 1024)
      let size = exponent == 0 ? fraction * 0x1p-14 : (1 + fraction) * pow(2, Double(exponent - 15))
      return word < 0x8000 ? size : -size
    }
    #expect(try Table(bytes: file, path: "half").values.elements == expected)
  }

  private func bytes(_ word: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: word) { Array($0) } }

  /// A file of version 1.
  private static func file(_ header: String, _ data: [UInt8]) -> [UInt8] {
    NumPyHeader.magic + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + data
  }
}
