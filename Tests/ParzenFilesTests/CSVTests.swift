import Foundation
import ParzenCore
import Testing

@testable import ParzenFiles

@Suite struct CSVTests {
  private func read(_ text: String, dropMissing: Bool = false) throws -> Table {
    try Table(bytes: Array(text.utf8), path: "test.csv", dropMissing: dropMissing)
  }

  /// Texts that all hold the points (1, 2) and (3.5, -4), with the names of the columns.
  static let dialects: [(text: String, names: [String])] = [
    ("1,2\n3.5,-4\n", ["x1", "x2"]),
    ("1,2\n3.5,-4", ["x1", "x2"]),
    ("1;2\n3.5;-4\n", ["x1", "x2"]),
    ("1\t2\n3.5\t-4\n", ["x1", "x2"]),
    ("1 2\n3.5 -4\n", ["x1", "x2"]),
    ("  1   2 \n 3.5  -4  \n", ["x1", "x2"]),
    (" 1 \t2\n 3.5 \t-4\n", ["x1", "x2"]),
    ("1, 2\n3.5, -4\n", ["x1", "x2"]),
    ("1 , 2 \n3.5 , -4 \n", ["x1", "x2"]),
    ("\t1,\t2\n3.5,\t-4\n", ["x1", "x2"]),
    ("1.0e0,+2\n.35e1,-4.\n", ["x1", "x2"]),
    ("1,2\r\n3.5,-4\r\n", ["x1", "x2"]),
    ("1,2\r3.5,-4\r", ["x1", "x2"]),
    ("\u{FEFF}1,2\n3.5,-4\n", ["x1", "x2"]),
    ("\u{FEFF}x,y\r\n1,2\r\n3.5,-4\r\n", ["x", "y"]),
    ("x,y\n1,2\n3.5,-4\n", ["x", "y"]),
    ("x y\n1 2\n3.5 -4\n", ["x", "y"]),
    ("x\ty z\n1\t2\n3.5\t-4\n", ["x", "y z"]),
    ("time of day, y\n1, 2\n3.5, -4\n", ["time of day", "y"]),
    ("temperature; Celsius,y\n1,2\n3.5,-4\n", ["temperature; Celsius", "y"]),
    ("x,2024\n1,2\n3.5,-4\n", ["x", "2024"]),
    ("x,\n1,2\n3.5,-4\n", ["x", "x2"]),
    ("größe,\"y, in \"\"m\"\"\"\n1,2\n3.5,-4\n", ["größe", "y, in \"m\""]),
    ("\"two\nlines\",\"y\"\n1,2\n3.5,-4\n", ["two\nlines", "y"]),
    ("\"x\" \"y\"\n1 2\n3.5 -4\n", ["x", "y"]),
    ("\"1\",\"2\"\n\"3.5\", \"-4\"\n", ["x1", "x2"]),
    ("\n\n1,2\n\n  \n3.5,-4\n\n\n", ["x1", "x2"]),
    ("# a comment, with; separators\nx,y\n1,2\n  # more\n3.5,-4\n#end", ["x", "y"]),
    ("x,y\n1,2\n3.5,-4\n,\n , \n\n", ["x", "y"]),
    ("1\t2\n3.5\t-4\n\t\n", ["x1", "x2"]),
  ]

  @Test(arguments: dialects)
  func readsEveryDialect(text: String, names: [String]) throws {
    let table = try read(text)
    #expect(table.columnNames == names)
    #expect(table.values == Matrix([[1, 2], [3.5, -4]]))
    #expect(table.droppedRows == 0)
  }

  @Test func readsOneColumn() throws {
    #expect(try read("1\n2\n3\n").values == Matrix([[1], [2], [3]]))
    #expect(
      try read("eruption time\n1\n2\n") == Table(columnNames: ["eruption time"], values: Matrix([[1], [2]])))
    #expect(try read("5").values == Matrix([[5]]))
  }

  @Test func keepsExtremeNumbersExactly() throws {
    let text = "1e-150,1e150\n1.7976931348623157e308,5e-324\n100000000.00000002,-0\n0.1,1e-400\n"
    let values = try read(text).values.elements
    #expect(
      values.map(\.bitPattern)
        == [
          1e-150, 1e150, Double.greatestFiniteMagnitude, Double.leastNonzeroMagnitude, 1e8.nextUp, -0.0, 0.1,
          0,
        ]
        .map(\.bitPattern))
  }

  @Test func dropsRowsWithMissingValuesWhenAsked() throws {
    let text = """
      x,y
      1,2
      ,3
      NA,3
      3,nan
      -inf,3
      3,1e999
      #N/A,3
      #DIV/0!,3
      null,?
      ,
      3.5,-4

      """
    let table = try read(text, dropMissing: true)
    #expect(table.values == Matrix([[1, 2], [3.5, -4]]))
    #expect(table.droppedRows == 9)
    #expect(
      refusal { _ = try read("x\nNA\n", dropMissing: true) }?.contains("every row has a missing") == true)
    // A text that is not a mark for a missing value is an error all the same.
    #expect(
      refusal { _ = try read("x\n1\nred\n", dropMissing: true) }?.contains("line 3, column 1 (x)") == true)
  }

  @Test func aFirstRowWithAMissingValueIsNotAHeader() throws {
    let table = try read("1,NA\n3,4\n", dropMissing: true)
    #expect(try table == Table(values: Matrix([[3, 4]]), droppedRows: 1))
  }

  /// Malformed files, and a part of the message that each should give.
  static let malformed: [(text: String, message: String)] = [
    ("", "the file is empty"),
    ("\n \n\t\n", "the file is empty"),
    ("# only a comment\n", "the file is empty"),
    (",,\n,,\n", "the file is empty"),
    ("x,y\n", "no rows of numbers below the header"),
    ("hello", "no rows of numbers below the header"),
    ("1,2\n3\n", "line 2 has 1 column, but the first row has 2"),
    ("1,2\n3,4,5\n", "line 2 has 3 columns, but the first row has 2"),
    ("x,y\n1,2\n\n3,4,5\n", "line 4 has 3 columns, but the header has 2"),
    ("\"x\ny\",z\n1,2\n3,4,5\n", "line 4 has 3 columns, but the header has 2"),
    ("1,2\r\n3\r\n", "line 2 has 1 column"),
    ("1,2\r3\r", "line 2 has 1 column"),
    ("1 2\n3 4 5\n", "line 2 has 3 columns"),
    ("x,y\n1,2\n3,red\n", "line 3, column 2 (y) has \"red\", which is not a number: correct it"),
    ("1,2\n3,red\n", "line 2, column 2 has \"red\""),
    ("1,2\n3,4x\n", "line 2, column 2 has \"4x\""),
    ("1,2\n3,0x10\n", "line 2, column 2 has \"0x10\""),
    ("1,2\n3,4 5\n", "line 2, column 2 has \"4 5\""),
    ("1,2\n3,\(String(repeating: "a", count: 50))\n", "has \"\(String(repeating: "a", count: 40))...\""),
    ("1,2\n3,\n", "line 2, column 2 has no value: correct it, or leave out such rows with `dropMissing`"),
    ("1,2\n,\n3,4\n", "line 2, column 1 has no value"),
    ("1,2\nNA,4\n", "line 2, column 1 has no value"),
    ("x,y\n1,NaN\n", "line 2, column 2 (y) is not a number (NaN)"),
    ("x,y\n-Infinity,1\n", "line 2, column 1 (x) is infinite"),
    ("1,2\n3,1e309\n", "line 2, column 2 is infinite, or too large"),
    ("\"1\",\"2\n3,4\n", "line 1: a quotation mark is opened and never closed"),
    ("1,2\n3,\"4\"5\n", "line 2: there is text behind a closing quotation mark"),
    ("PK\u{3}\u{4}\0\0", "the archive is truncated"),
  ]

  @Test(arguments: malformed)
  func saysWhatIsWrong(text: String, message: String) {
    let reason = refusal { _ = try read(text) }
    #expect(reason?.contains(message) == true, "\(quoted(text)): \(reason ?? "accepted")")
  }

  @Test func readsUTF16() throws {
    for bytes in [[0xFF, 0xFE, 0x31, 0], [0xFE, 0xFF, 0, 0x31]] as [[UInt8]] {
      #expect(try Table(bytes: bytes, path: "test.csv").values == Matrix([[1]]))
    }
    #expect(
      refusal { _ = try Table(bytes: [0xFF, 0xFE, 0x31], path: "test.csv") }?.contains("within a character")
        == true)
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func randomTablesSurviveEveryDialect(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let table = try randomTable(using: &generator)
    let text = Dialect(using: &generator).text(of: table, using: &generator)
    #expect(try read(text) == table, "seed \(seed): \(text)")
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func survivesEveryDamage(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let text = try Dialect(using: &generator).text(of: randomTable(using: &generator), using: &generator)
    var bytes = Array(text.utf8)
    let marks = Array("\"\"\n\r,; \t#-.eE0\u{0}x".utf8)
    for _ in 0..<20 {
      bytes[Int.random(in: 0..<bytes.count, using: &generator)] = marks.randomElement(using: &generator)!
      guard let table = try? Table(bytes: bytes, path: "damaged", dropMissing: true) else { continue }
      #expect(table.values.elements.allSatisfy(\.isFinite) && table.values.rows > 0)
      #expect(table.columnNames.count == table.values.columns)
    }
  }

  private func randomTable(using generator: inout SplitMix64) throws -> Table {
    let columns = Int.random(in: 1...4, using: &generator)
    let rows = Int.random(in: 1...30, using: &generator)
    let elements = (0..<rows * columns).map { _ in
      let bits = Double(bitPattern: generator.next())
      return bits.isFinite && Bool.random(using: &generator)
        ? bits : .random(in: -9...9, using: &generator).rounded()
    }
    let characters = Array("abc xyz,;\t\"éß😀\n")
    let names = (0..<columns).map { index in
      "n\(index)" + String((0..<4).map { _ in characters.randomElement(using: &generator)! }) + "."
    }
    return try Table(
      columnNames: Bool.random(using: &generator) ? names : nil,
      values: Matrix(rows: rows, columns: columns, elements: elements))
  }
}

/// A way to write a table as text.
private struct Dialect {
  let separator: String
  let lineEnd: String
  let hasMark: Bool

  init(using generator: inout SplitMix64) {
    separator = [",", ";", "\t", " ", "  \t", ", ", " ; "].randomElement(using: &generator)!
    lineEnd = ["\n", "\r\n", "\r"].randomElement(using: &generator)!
    hasMark = Bool.random(using: &generator)
  }

  func text(of table: Table, using generator: inout SplitMix64) -> String {
    var lines: [String] = []
    let defaults = (0..<table.values.columns).map { "x\($0 + 1)" }
    if table.columnNames != defaults {
      lines.append(table.columnNames.map(quotedField).joined(separator: separator))
    }
    for row in 0..<table.values.rows {
      let fields = table.values[row: row].map { value in
        Int.random(in: 0..<8, using: &generator) == 0 ? "\"\(value)\"" : "\(value)"
      }
      lines.append(fields.joined(separator: separator))
      if Int.random(in: 0..<10, using: &generator) == 0 { lines.append("# comment") }
      if Int.random(in: 0..<10, using: &generator) == 0 { lines.append("") }
    }
    let end = Bool.random(using: &generator) ? lineEnd : ""
    return (hasMark ? "\u{FEFF}" : "") + lines.joined(separator: lineEnd) + end
  }

  private func quotedField(_ text: String) -> String {
    "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
