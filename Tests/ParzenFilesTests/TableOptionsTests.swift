import Foundation
import ParzenCore
import Testing

@testable import ParzenFiles

/// Choices of columns, rows and notations, beyond the dialects of programs.
@Suite struct TableOptionsTests {
  private func read(_ text: String, _ change: (inout TableOptions) -> Void = { _ in }) throws -> TableFile {
    var options = TableOptions()
    change(&options)
    return try TableFile(bytes: Array(text.utf8), path: "test.csv", options: options)
  }

  private func reason(_ text: String, _ change: (inout TableOptions) -> Void = { _ in }) -> String {
    refusal { _ = try read(text, change) } ?? "accepted"
  }

  private static let text = "name,Mass,length,mass 2\na,1.5,2,7\nb,3,4,8\nc,5,7.5,9\n"

  @Test(
    arguments: [
      (["Mass"], [[1.5], [3], [5]]), (["mass"], [[1.5], [3], [5]]),
      (["2-3"], [[1.5, 2], [3, 4], [5, 7.5]]),
      (["4", "2"], [[7, 1.5], [8, 3], [9, 5]]), (["mass 2", "length"], [[7, 2], [8, 4], [9, 7.5]]),
    ] as [([String], [[Double]])])
  func columnsAreChosen(columns: [String], values: [[Double]]) throws {
    #expect(try read(Self.text) { $0.columns = columns }.table.values == Matrix(values))
  }

  @Test func columnsThatDoNotExistAreNamed() {
    #expect(
      reason(Self.text) { $0.columns = ["masse"] }.contains("no column \"masse\": the file has name, Mass"))
    #expect(reason(Self.text) { $0.columns = ["5"] }.contains("the file has 4 columns, counted from 1"))
    #expect(reason(Self.text) { $0.columns = ["2", "Mass"] }.contains("Mass is chosen twice"))
    #expect(reason("1,2\n3,5\n") { $0.droppedColumns = ["a"] }.contains("the columns have no names"))
    #expect(reason(Self.text) { $0.droppedColumns = ["1-4"] }.contains("no column is left"))
    #expect(
      reason(Self.text).contains(
        "leave the column out with `droppedColumns = name`, or choose others with `columns = Mass,length,4`"))
  }

  @Test func rowsKeepTheirNumbers() throws {
    let text = "a,b\n1,2\nNA,3\n\n# a remark\n4,5\n5,\n7,9\n"
    let file = try read(text) { $0.dropMissing = true }
    #expect(file.rowNumbers == [1, 3, 5])
    #expect(file.table.droppedRows == 2)
  }

  @Test func weightsAndOtherColumnsAreKept() throws {
    let file = try read(Self.text) {
      $0.columns = ["length"]
      $0.weightColumn = "mass 2"
      $0.keepsOtherColumns = true
    }
    #expect(file.sampleWeights == [7, 8, 9])
    #expect(file.otherColumns.map(\.name) == ["name", "Mass"])
    #expect(file.otherColumns.map(\.texts) == [["a", "b", "c"], ["1.5", "3", "5"]])
  }

  /// Texts, and the values that they hold in the first of their columns.
  @Test(
    arguments: [
      ("a|b\n1.5|2\n3|4\n", [1.5, 3]), ("a:b\n1.5:2\n3:4\n", [1.5, 3]),
      ("sep=;\na;b\n1,5;2\n2,25;7\n", [1.5, 2.25]),
      ("Wert\n10,37\n9,8\n11,25\n", [10.37, 9.8, 11.25]), ("10,37\n9,08\n11,25\n", [10.37, 9.08, 11.25]),
      ("a;b\n1.234,5;2\n999,25;3\n", [1234.5, 999.25]), ("a;b\n1'234.5;2\n999.25;3\n", [1234.5, 999.25]),
      ("a;b\n1 234,5;2\n999,25;3\n", [1234.5, 999.25]), ("a\tb\n1_000\t2\n3\t4\n", [1000, 3]),
      ("1.0D3 2\n-1.5d-02 3\n", [1000, -0.015]), ("0.1-103 2\n0.5+100 3\n", [0.1e-103, 0.5e100]),
      ("a;b\n\u{2212}1,5;2\n3;4\n", [-1.5, 3]), ("a,b\nTRUE,2\nfalse,4\n", [1, 0]),
      ("% made by hand\n% a b\n1 2\n3 5\n", [1, 3]), ("// made by hand\n1,2\n3,5\n", [1, 3]),
      ("a,b\nkg,m\n1,2\n3,5\n", [1, 3]), ("a,b\n[kg],\n1,2\n3,5\n", [1, 3]),
      ("Report\nof 2020\n\na,b,c\n1,2,3\n3,5,4\n", [1, 3]), ("1,2,\n3,4,\n", [1, 3]),
      ("'a','b'\n1,2\n3,5\n", [1, 3]), ("1,2\n3,4\n5,1\n", [1, 3, 5]),
    ] as [(String, [Double])])
  func dialectsAreRead(text: String, values: [Double]) throws {
    #expect(try read(text).table.values[column: 0] == values)
  }

  /// Texts that could be read in two ways, a part of the question, and the option that answers it.
  @Test func questionsAreAsked() throws {
    let twoDigits = "10,37\n12,42\n11,25\n"
    #expect(reason(twoDigits).contains("`decimalMark = ,` or `separator = ,`"))
    #expect(try read(twoDigits) { $0.decimalMark = "," }.table.values == Matrix([[10.37], [12.42], [11.25]]))
    #expect(
      try read(twoDigits) { $0.separator = "," }.table.values == Matrix([[10, 37], [12, 42], [11, 25]]))
    let groups = "a;b\n1,234;5\n2,345;6\n"
    #expect(reason(groups).contains("`groupMark = ,`"))
    #expect(try read(groups) { $0.groupMark = "," }.table.values == Matrix([[1234, 5], [2345, 6]]))
    #expect(try read(groups) { $0.decimalMark = "," }.table.values == Matrix([[1.234, 5], [2.345, 6]]))
    #expect(reason("a;b\n1,5;2.5\n").contains("different decimal marks"))
    let first = "low,2.5\n3,4\n5,6.5\n"
    #expect(reason(first).contains("both names and numbers"))
    let years = "1999,2000\n" + (0..<9).map { "\($0 * 7),\($0 * $0)\n" }.joined()
    #expect(reason(years).contains("`header = yes`"))
    #expect(try read(years) { $0.header = .yes }.table.columnNames == ["1999", "2000"])
    #expect(try read(years) { $0.header = .no }.table.values.rows == 10)
    #expect(reason("12%,3\n14%,4\n").contains("\"12%\""))
    #expect(reason("1,2\n1,5;3\n").contains("columns"))
    #expect(reason("a,b\n1,5,2,7\n3,1,4,2\n").contains("decimal commas"))
  }

  @Test func linesAreSkipped() throws {
    let text = "3,4,5\n7\na,b\n1,2\n3,5\n"
    #expect(
      try read(text) { $0.skippedLines = 2 }.table
        == Table(columnNames: ["a", "b"], values: Matrix([[1, 2], [3, 5]])))
    for lines in [5, Int.max] {
      #expect(reason("1,2\n") { $0.skippedLines = lines }.contains("the file is empty"))
    }
    #expect(reason("1,2\n") { $0.skippedLines = -1 }.contains("give 0 or more"))
  }

  /// Whole numbers as large as they come, in a first row that might hold names.
  @Test(
    arguments: [
      "-9223372036854775808,9223372036854775807", "9223372036854775807,-2", "0,9223372036854775807",
      "1,-9223372036854775808",
    ])
  func largeWholeNumbersAreSamples(first: String) throws {
    let rows = (1...9).map { "\($0).5,\(-$0).25" }
    let values = try read(([first] + rows).joined(separator: "\n") + "\n").table.values
    #expect(values.rows == 10 && Array(values[row: 0]) == first.split(separator: ",").map { Double($0)! })
  }

  @Test func rowNumbersAreLeftOutWhereTheyCountNothingElse() throws {
    func columns(_ text: String) throws -> Int { try read(text).table.values.columns }
    let rows = (1...9).map { "\($0),\($0 * $0 % 7),\(Double($0) / 8)" }.joined(separator: "\n")
    #expect(try columns("id,a,b\n" + rows) == 2)
    #expect(try columns(",a,b\n" + rows) == 2)
    #expect(try columns("X,a,b\n" + rows) == 2)
    #expect(try columns(rows) == 2)
    // A column of data that counts is kept, with a hint.
    let time = try read("time,a,b\n" + rows)
    #expect(time.table.values.columns == 3 && time.notes.contains { $0.contains("`droppedColumns = time`") })
    #expect(try read("id,a,b\n" + rows) { $0.columns = ["1-3"] }.table.values.columns == 3)
    #expect(try columns("id\n1\n2\n3\n") == 1)
  }

  @Test func farValuesThatRepeatAreNamed() throws {
    let values = (0..<30).map { $0 % 10 == 3 ? "9999" : "\(Double($0) * 0.7)" }
    #expect(
      try read("a\n" + values.joined(separator: "\n")).notes.contains { $0.contains("9999 stands 3 times") })
    let ties = (0..<30).map { "\($0 / 3)" }
    #expect(try read("a\n" + ties.joined(separator: "\n")).notes.isEmpty)
  }
}
