import Testing

@testable import ParzenCommand

@Suite struct TerminalTableTests {
  @Test func columnsAreAligned() {
    let table = TerminalTable(
      columnNames: ["a", "log_density"], rows: [[1, -2.5], [-1234.5678, 1e-9]], total: 2)
    #expect(
      table.description == """
            a  log_density
            1         -2.5
        -1235        1e-09
        """)
  }

  @Test func restIsCounted() {
    let table = TerminalTable(columnNames: ["a"], rows: [[1]], total: 3)
    #expect(table.description.hasSuffix("\n... and 2 more rows: --output FILE writes them all"))
  }
}
