import Foundation
import ParzenCore
import ParzenFiles
import TestSupport
import Testing

@testable import ParzenEstimators

/// Several files whose columns have names: these tell which columns belong together, whatever their places.
@Suite struct SampleFileColumnsTests {
  private static let samples = StreamingTests.samples(90, 3, seed: 8)

  /// A file of records, or of numbers where there are no names, with some columns of some rows.
  private static func file(_ names: [String]?, _ columns: [Int], _ rows: Range<Int>) throws -> URL {
    let descriptor =
      names.map { "[" + $0.map { "('\($0)', '<f8')" }.joined(separator: ", ") + "]" } ?? "'<f8'"
    let shape = names == nil ? "(\(rows.count), \(columns.count))" : "(\(rows.count),)"
    let header = "{'descr': \(descriptor), 'fortran_order': False, 'shape': \(shape)}"
    var bytes: [UInt8] =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
    for row in rows {
      for column in columns {
        withUnsafeBytes(of: samples[row, column].bitPattern.littleEndian) { bytes += $0 }
      }
    }
    let url = FileManager.default.temporaryDirectory.appending(
      path: "parzen-columns-\(UInt64.random(in: 0...UInt64.max)).npy")
    try Data(bytes).write(to: url)
    return url
  }

  private static func values(_ source: SampleSource) throws -> [Double] {
    var values: [Double] = []
    for chunk in source.chunks {
      try source.withChunk(chunk) { rows throws(ParzenError) in
        for index in 0..<rows.count * source.dimension { values.append(rows.values[index]) }
      }
    }
    return values
  }

  @Test func columnsAreMatchedByName() throws {
    let urls = [
      try Self.file(["a", "b", "c"], [0, 1, 2], 0..<20), try Self.file(["c", "a", "b"], [2, 0, 1], 20..<47),
      try Self.file(nil, [0, 1, 2], 47..<60), try Self.file(["b", "a", "c"], [1, 0, 2], 60..<90),
    ]
    defer { for url in urls { try? FileManager.default.removeItem(at: url) } }
    let all = try SampleSource(contentsOf: urls)
    #expect(all.columnNames == ["a", "b", "c"])
    #expect(try Self.values(all) == Self.samples.elements)
    var selection = RowSelection()
    selection.dropsMissing = true
    let some = try SampleSource(contentsOf: urls, columns: [2, 0], selection: selection)
    #expect(some.columnNames == ["c", "a"])
    #expect(try Self.values(some) == Self.samples.selectingColumns([2, 0]).elements)
    // The names are those of the first file that has some.
    let last = try SampleSource(contentsOf: [urls[2], urls[3]])
    #expect(last.columnNames == ["b", "a", "c"])
  }

  /// The place of a value is that in its own file.
  @Test func messagesNameTheColumnOfTheFile() throws {
    let whole = try Self.file(["a", "b", "c"], [0, 1, 2], 0..<20)
    let turned = try Self.file(["c", "b", "a"], [2, 1, 0], 20..<40)
    defer { for url in [whole, turned] { try? FileManager.default.removeItem(at: url) } }
    let handle = try FileHandle(forWritingTo: turned)
    try handle.seekToEnd()
    let size = try handle.offset()
    try handle.seek(toOffset: size - 8 * 3 * 10 + 16)
    try handle.write(contentsOf: withUnsafeBytes(of: Double.nan.bitPattern.littleEndian) { Data($0) })
    try handle.close()
    var selection = RowSelection()
    selection.missing = [-999]
    let error = #expect(throws: ParzenError.self) {
      try SampleSource(contentsOf: [whole, turned], selection: selection)
    }
    #expect("\(error!)".contains("\(turned.lastPathComponent): row 11, column 3 is"), "\(error!)")
  }

  @Test(arguments: [
    (["a", "b", "d"], [0, 1, 2], "has no column c, which"), (["a", "b"], [0, 1], "has no column c, which"),
    (["a", "c", "b", "e"], [0, 2, 1, 0], "has no column e, which"),
    (["u", "v", "w"], [0, 1, 2], "has no column a, which"),
  ])
  func otherColumnsAreNamed(names: [String], columns: [Int], message: String) throws {
    let urls = [try Self.file(["a", "b", "c"], [0, 1, 2], 0..<20), try Self.file(names, columns, 20..<30)]
    defer { for url in urls { try? FileManager.default.removeItem(at: url) } }
    let error = #expect(throws: ParzenError.self) { try SampleSource(contentsOf: urls) }
    #expect("\(error!)".contains(message), "\(error!)")
    #expect(urls.allSatisfy { "\(error!)".contains($0.lastPathComponent) }, "\(error!)")
  }
}
