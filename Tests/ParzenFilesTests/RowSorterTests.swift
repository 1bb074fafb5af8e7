import Foundation
import ParzenCore
import Testing

@testable import ParzenFiles

@Suite struct RowSorterTests {
  /// In memory, and on the disk in two runs, many, and as many as there are rows.
  @Test(arguments: [Int.max, 2_000, 100, 3]) func rowsAscend(mostNumbers: Int) throws {
    var generator = Xoshiro256(seed: 5)
    // Ties in all columns, equal rows, and both zeros.
    let rows = (0..<1_000).map { _ in
      [-0.0, 0, 1, -3, 1e300].map { $0 * Double(generator.nextInteger(below: 3)) }.suffix(3)
        .map { $0 - Double(generator.nextInteger(below: 2)) }
    }
    var sorter = RowSorter(width: 3, mostNumbers: mostNumbers)
    for row in rows { try row.withUnsafeBufferPointer { row throws(ParzenError) in try sorter.append(row) } }
    let sorted = try sorter.sorted()
    if case .file = sorted { #expect(mostNumbers < 3_000) } else { #expect(mostNumbers > 3_000) }
    let expected = rows.sorted { $0.lexicographicallyPrecedes($1) }
    #expect(sorted.count == 1_000)
    #expect(try sorted.read(0..<1_000) == expected.flatMap(\.self))
    #expect(try sorted.read(417..<419) == expected[417..<419].flatMap(\.self))
    #expect(try sorted.read(3..<3).isEmpty)
  }

  @Test func minusZeroBecomesZero() throws {
    var sorter = RowSorter(width: 1, mostNumbers: 1)
    for value in [-0.0, 0, -0.0] {
      try [value].withUnsafeBufferPointer { row throws(ParzenError) in try sorter.append(row) }
    }
    #expect(try sorter.sorted().read(0..<3).allSatisfy { $0.sign == .plus })
  }
}
