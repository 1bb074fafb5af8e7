import Foundation
import ParzenCore
import Testing

@testable import ParzenFiles

@Suite struct OutputTests {
  private let queries = Matrix([[1, 2], [3.5, -4]])
  private let estimates = DensityEvaluation(
    logDensity: [-1.25, -.infinity], score: Matrix([[0.1, 1e-300], [.nan, 5]]))

  /// The bytes of a file of the estimates above, appended in two blocks.
  private func written(_ name: String, names: [String] = ["x1", "x2"]) throws -> Data {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent(name)
      var writer = try EstimateWriter(path: url.path, queryNames: names, count: 2)
      for row in 0..<2 {
        try writer.append(
          queries: queries.selectingRows([row]),
          estimates: DensityEvaluation(
            logDensity: [estimates.logDensity[row]], score: estimates.score.selectingRows([row])))
      }
      try writer.finish()
      return try Data(contentsOf: url)
    }
  }

  @Test func estimatesAsCSV() throws {
    #expect(
      try String(decoding: written("out.CSV"), as: UTF8.self) == """
        x1,x2,log_density,score_1,score_2
        1,2,-1.25,0.1,1e-300
        3.5,-4,-inf,nan,5

        """)
  }

  @Test func quotesNamesInCSV() throws {
    let text = try String(decoding: written("out.csv", names: ["a, \"b\"", "time of day"]), as: UTF8.self)
    #expect(text.hasPrefix("\"a, \"\"b\"\"\",\"time of day\",log_density"))
  }

  @Test func estimatesAsJSON() throws {
    let data = try written("out.json", names: ["a \"b\"", "c\n"])
    #expect(
      String(decoding: data, as: UTF8.self) == #"""
        {"columns": ["a \"b\"", "c\n", "log_density", "score_1", "score_2"],
        "data": [
        [1, 2, -1.25, 0.1, 1e-300],
        [3.5, -4, null, null, 5]
        ]}

        """#)
    struct Content: Decodable {
      var columns: [String]
      var data: [[Double?]]
    }
    let content = try JSONDecoder().decode(Content.self, from: data)
    #expect(content.columns == ["a \"b\"", "c\n", "log_density", "score_1", "score_2"])
    #expect(content.data == [[1, 2, -1.25, 0.1, 1e-300], [3.5, -4, nil, nil, 5]])
  }

  @Test func estimatesAsNumPy() throws {
    let matrix = try [UInt8](written("out.npy")).withBytes { bytes throws(ParzenError) in
      try NumPyReader.array(MemorySource(bytes: bytes), path: "out.npy").matrix
    }
    #expect(matrix.rows == 2 && matrix.columns == 3)
    #expect(matrix.elements.map(\.bitPattern) == [-1.25, 0.1, 1e-300, -.infinity, .nan, 5].map(\.bitPattern))
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func tablesSurviveARoundTrip(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let columns = Int.random(in: 1...5, using: &generator)
    let rows = Int.random(in: 1...3000, using: &generator)
    let elements = (0..<rows * columns).map { _ in
      let value = Double(bitPattern: generator.next())
      return value.isFinite ? value : 0
    }
    let characters = Array("ab,;\t\"#\n é")
    let names = (0..<columns).map { _ in
      "#" + String((0..<3).map { _ in characters.randomElement(using: &generator)! }) + "."
    }
    let table = try Table(
      columnNames: names, values: Matrix(rows: rows, columns: columns, elements: elements))
    try withTemporaryFolder { folder in
      let csv = folder.appendingPathComponent("table.csv")
      try table.write(to: csv)
      #expect(try Table(contentsOf: csv) == table, "seed \(seed)")
      let npy = folder.appendingPathComponent("table.npy")
      try table.write(to: npy)
      #expect(try Table(contentsOf: npy).values == table.values, "seed \(seed)")
    }
  }

  @Test func formatIsThatOfTheName() throws {
    for path in ["/tmp/out", "/tmp/out.txt", "/tmp/.csv/out", "out."] {
      #expect(
        refusal { _ = try TableFormat(path: path) }
          == "the name of the output file must end in .csv, .npy or .json")
    }
    for name in ["csv", "npy", "json"] { #expect(try TableFormat(path: "a.b/out.\(name)").rawValue == name) }
    #expect(
      refusal { _ = try TableWriter(path: "/nowhere/out.csv", columnNames: ["x"], rows: 1) }
        == "there is no folder /nowhere: create it first")
  }

  @Test func leavesNothingWhenAbandoned() throws {
    try withTemporaryFolder { folder in
      do {
        var writer = try TableWriter(path: folder.path + "/out.csv", columnNames: ["x"], rows: 100_000)
        for value in 0..<100_000 { try writer.append([Double(value)]) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }
}
