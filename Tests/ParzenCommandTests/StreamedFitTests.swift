import Foundation
import Parzen
import ParzenFiles
import Testing

/// `parzen fit` with samples that stay on the disk.
@Suite struct StreamedFitTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ rows: Range<Int>, to name: String) throws {
    let path = folder.url.appending(path: name).path
    var writer = try TableWriter(path: path, columnNames: ["a", "b"], rows: rows.count)
    for row in rows {
      let x = sin(Double(row) * 1.7) + sin(Double(row) * 0.31)
      try writer.append([x, cos(Double(row * row % 7919)) + 0.3 * x])
    }
    try writer.finish()
  }

  /// What is saved but for the names of files and columns.
  private func density(_ name: String) throws -> [Substring] {
    try folder.text(of: name).split(separator: "\n").filter {
      !$0.contains("\"file\"") && !$0.contains("\"columns\"")
    }
  }

  @Test func filesTextAndMemoryGiveTheSameBits() throws {
    try write(0..<40_000, to: "all.npy")
    try write(0..<25_001, to: "part-1.npy")
    try write(25_001..<40_000, to: "part-2.npy")
    try write(0..<40_000, to: "all.csv")
    let memory = try Tool.run("fit", "all.npy", "--save", "memory.json", in: folder)
    #expect(memory.status == 0, "\(memory.errors)")
    for arguments in [
      ["all.npy", "--memory", "300M", "--threads", "1"], ["part-*.npy"], ["part-1.npy", "part-2.npy"],
      ["all.csv", "--memory", "1G"],
    ] {
      let streamed = try Tool.run(["fit"] + arguments + ["--save", "disk.json"], in: folder)
      #expect(streamed.status == 0, "\(streamed.errors)")
      #expect(streamed.output.contains("40000 x 2") && streamed.output.contains("read from the disk"))
      #expect(streamed.errors.contains("temporary .npy file") == (arguments[0] == "all.csv"))
      #expect(try density("disk.json") == density("memory.json"), "\(arguments)")
      #expect(!FileManager.default.fileExists(atPath: folder.url.appending(path: "disk.json.passes").path))
    }
  }

  /// Weights, missing values, thinning and noise give what they give in memory, from files and from text.
  @Test func whatDecidesAboutRowsIsAsInMemory() throws {
    func value(_ row: Int, _ column: Int) -> Double {
      sin(Double(row) * [1.7, 2.3][column]) + sin(Double(row))
    }
    let rows = (0..<70_000).map { row -> [Double] in
      let gap = row % 13 == 5 ? -999 : value(row, 0)
      return [gap, value(row, 1), Double(row * 7 % 4), 3 + 2 * value(row, 1)]
    }
    let names = ["a", "b", "w", "c"]
    for (name, part) in [
      ("all.npy", 0..<70_000), ("part-1.npy", 0..<20_001), ("part-2.npy", 20_001..<70_000),
    ] {
      var writer = try TableWriter(
        path: folder.url.appending(path: name).path, columnNames: names, rows: part.count)
      for row in part { try writer.append(rows[row]) }
      try writer.finish()
    }
    let text = rows.map { row in
      row.map { $0 == -999 ? "NA" : "\($0)" }.joined(separator: ",")
    }
    try folder.write(([names.joined(separator: ",")] + text).joined(separator: "\n"), to: "all.csv")
    for options in [
      ["--drop", "4", "--sample-weights", "3", "--drop-missing", "--missing=-999"],
      ["--columns", "2,1", "--drop-missing", "--missing=-999", "--thin", "2"],
      ["--columns", "2,1", "--thin", "2"],
      ["--columns", "1-2", "--sample-weights", "3", "--drop-missing", "--missing=-999", "--thin", "2"],
      ["--drop", "3", "--drop-missing", "--missing=-999", "--regularise"],
    ] {
      // Text has no numbers where they are missing.
      let files = [["all.npy"], ["part-*.npy"]] + (options.contains("--drop-missing") ? [["all.csv"]] : [])
      let memory = try Tool.run(["fit", "all.npy"] + options + ["--save", "memory.json"], in: folder)
      #expect(memory.status == 0, "\(memory.errors)")
      for file in files {
        let streamed = try Tool.run(
          ["fit"] + file + ["--memory", "512M", "--save", "disk.json"] + options, in: folder)
        #expect(streamed.status == 0, "\(streamed.errors)")
        #expect(try density("disk.json") == density("memory.json"), "\(file) \(options)")
      }
    }
    let refused = try Tool.run(
      "fit", "part-*.npy", "--missing=-999", "--save", "none.json", in: folder)
    #expect(refused.errors.contains("row 6, column 1 is a missing value"), "\(refused.errors)")
  }

  /// The names of columns tell which belong together, in texts too.
  @Test func columnsOfFilesAreMatchedByName() throws {
    func write(_ name: String, _ columns: [(String, Double)], _ rows: Range<Int>) throws {
      let text = rows.map { row in
        columns.map { "\(sin(Double(row) * $0.1) + sin(Double(row)))" }.joined(separator: ",")
      }
      let header = columns.map(\.0).joined(separator: ",")
      try folder.write(([header] + text).joined(separator: "\n"), to: name)
    }
    let (a, b) = (("a", 1.7), ("b", 2.3))
    try write("all.csv", [a, b], 0..<90)
    try write("part-1.csv", [a, b], 0..<40)
    try write("part-2.csv", [b, a], 40..<90)
    try write("other.csv", [a, ("d", 2.3)], 40..<90)
    let memory = try Tool.run("fit", "all.csv", "--save", "memory.json", in: folder)
    #expect(memory.status == 0, "\(memory.errors)")
    let parts = try Tool.run("fit", "part-1.csv", "part-2.csv", "--save", "disk.json", in: folder)
    #expect(parts.status == 0, "\(parts.errors)")
    #expect(try density("disk.json") == density("memory.json"))
    let refused = try Tool.run("fit", "part-1.csv", "other.csv", "--save", "none.json", in: folder)
    #expect(refused.status != 0 && refused.errors.contains("other.csv: has no column b"), "\(refused.errors)")
  }

  @Test func aFitTakesMoreSamples() throws {
    try write(0..<2000, to: "old.npy")
    try write(2000..<9000, to: "new.npy")
    _ = try Tool.run("fit", "old.npy", "--save", "fit.json", in: folder)
    let updated = try Tool.run("update", "fit.json", "new.npy", "--save", "next.json", in: folder)
    #expect(updated.status == 0 && updated.output.contains("7000 more from new.npy"), "\(updated.errors)")
    #expect(try folder.text(of: "next.json").contains("\"samples\": 9000"))
    #expect(try Tool.run("show", "next.json", in: folder).status == 0)
    try folder.write("a\n1\n2\n", to: "other.csv")
    let refused = try Tool.run("update", "fit.json", "other.csv", "--save", "none.json", in: folder)
    #expect(refused.status == 1, "\(refused.output)")
  }

  @Test func whatCannotBeStreamedIsRefused() throws {
    try write(0..<100, to: "few.npy")
    try folder.write("a,b\n1,2\n3,x\n", to: "bad.csv")
    for (arguments, message) in [
      (["few.npy", "--memory", "512M", "--method", "kde"], "--method mixture"),
      (["few.npy", "--memory", "512M", "--thin", "auto"], "let it find its number in a part"),
      (["few.npy", "few.npy", "--chain"], "--chain needs the samples in memory"),
      (["few.npy", "few.npy", "--sample-weights", "few.npy"], "weights are one column, but there are 2"),
      (["few.npy", "few.npy", "--sample-weights", "2"], "the weight -"),
      (["few.npy", "--memory", "1M"], "too little memory"),
      (["few.npy", "--memory", "512X"], "512M"),
      (["few.npy", "missing-*.npy"], "no such file"),
      (["bad.csv", "--memory", "512M"], "not a number"),
    ] {
      let outcome = try Tool.run(["fit"] + arguments + ["--save", "fit.json"], in: folder)
      #expect(outcome.status != 0 && outcome.errors.contains(message), "\(arguments): \(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.url.appending(path: "fit.json").path))
    }
  }
}
