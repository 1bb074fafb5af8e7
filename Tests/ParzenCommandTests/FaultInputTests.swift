import Foundation
import ParzenFiles
import Testing

/// Files in `Faults` that broke the tool once: each gets a message and an exit code, or a result that is a
/// number.
@Suite struct FaultInputTests {
  private static let files: URL = Bundle.module.resourceURL!.appending(path: "Faults")

  private func folder(with names: String...) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in names {
      try FileManager.default.copyItem(
        at: Self.files.appending(path: name), to: folder.url.appending(path: name))
    }
    return folder
  }

  /// A refusal: a message, no result, and no death by a signal.
  private func expectRefusal(
    _ outcome: Tool.Outcome, _ path: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      outcome.status == 1 || outcome.status == 64, "\(path): \(outcome)", sourceLocation: sourceLocation)
    #expect(outcome.errors.hasPrefix("Error: "), "\(path): \(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.output == "", "\(path)", sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    "bucketctxmax", "bucketmax", "bucketsamplesmax", "dimmax", "dimmin", "heads0", "huge", "lr", "queries",
    "shards-memory-corruption", "shards",
  ])
  func configurationIsRefused(name: String) throws {
    let folder = try folder(with: "\(name).json")
    expectRefusal(
      try Tool.run("train", "--configuration", "\(name).json", "--output", "run", in: folder), name)
    let names = try folder.names
    #expect(names == ["\(name).json"])
  }

  @Test(arguments: ["k-bucket3", "k-ctx", "k-min", "k-nan", "k-shards2"])
  func trainingCheckpointIsRefused(name: String) throws {
    let folder = try folder(with: "\(name).safetensors")
    expectRefusal(
      try Tool.run("train", "--resume", "\(name).safetensors", "--output", "run", in: folder), name)
  }

  @Test(arguments: ["e-cols0", "e-cols1", "e-cols3", "e-end", "e-step"])
  func particleCheckpointIsRefused(name: String) throws {
    let folder = try folder(with: "\(name).safetensors")
    expectRefusal(
      try Tool.run("evolve", "--resume", "\(name).safetensors", "--output", "run", in: folder), name)
  }

  @Test(arguments: ["c-heads3", "c-heads4096", "c-huge", "w-huge"])
  func weightsAreRefused(name: String) throws {
    let folder = try folder(with: "\(name).safetensors", "order-n3-d1.npy")
    expectRefusal(try Tool.run("info", "\(name).safetensors", in: folder), name)
    let method = name.hasPrefix("c") ? "cross-attention" : "mixture"
    expectRefusal(
      try Tool.run(
        "estimate", "order-n3-d1.npy", "--method", method, "--network", "\(name).safetensors", in: folder),
      name)
  }

  /// A terminal obeys escape sequences, so none is shown.
  @Test func textsOfFilesAreShownEscaped() throws {
    let folder = try folder(with: "r-ansi.safetensors", "names.csv")
    let info = try Tool.run("info", "r-ansi.safetensors", in: folder)
    #expect(info.status == 0)
    #expect(info.output.contains("\\u{1b}[31mRED"))
    let names = try Tool.run("estimate", "names.csv", "--output", "out.csv", in: folder)
    for text in [info.output, names.output, names.errors] {
      #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    }
    #expect(names.output.split(separator: "\n").first?.contains(#"e\nf"#) == true, "\(names)")
  }

  /// The log density of the cross-attention transformer falls with the distance, and is a number everywhere.
  @Test func farQueriesHaveNumbers() throws {
    let folder = try folder(with: "ca.csv", "caq.csv")
    let outcome = try Tool.run(
      "estimate", "ca.csv", "--method", "cross-attention", "--queries", "caq.csv", "--output", "out.csv",
      in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let table = try Table(contentsOf: folder.url.appending(path: "out.csv"))
    let logDensity = table.values[column: 2]
    #expect(zip(logDensity, logDensity.dropFirst()).allSatisfy { $0 > $1 }, "\(logDensity)")
  }

  @Test(arguments: ["scale-1e-170.csv", "scale-1e154.csv", "modes-kde-scale-1e200.csv"])
  func extremeColumnsAreEstimated(name: String) throws {
    let folder = try folder(with: name)
    for method in ["mixture", "em", "kde", "sd-kde", "kde-attention", "cross-attention"] {
      let outcome = try Tool.run("estimate", name, "--method", method, "--output", "out.csv", in: folder)
      #expect(outcome.status == 0, "\(method): \(outcome.errors)")
      let values = try Table(contentsOf: folder.url.appending(path: "out.csv")).values
      #expect(values.elements.allSatisfy { $0.isFinite }, "\(method)")
    }
    let modes = try Tool.run("modes", name, "--method", "kde", "--output", "out.csv", in: folder)
    #expect(modes.status == 0, "\(modes.errors)")
  }

  /// Beside rows that are far away in all columns, the others' columns look dependent, and are not.
  @Test(arguments: [1, 3]) func farRowsAreNoDependence(count: Int) throws {
    let folder = try TemporaryFolder()
    let near = (0..<200).map { "\(sin(Double($0) * 1.7)),\(cos(Double($0) * 2.9))" }
    let far = [String](repeating: "1e10,-1.7e10", count: count)
    try (["a,b"] + near + far).joined(separator: "\n")
      .write(to: folder.url.appending(path: "far.csv"), atomically: true, encoding: .utf8)
    for command in ["estimate", "outliers"] {
      let outcome = try Tool.run(command, "far.csv", "--output", "out.csv", in: folder)
      #expect(outcome.status == 0, "\(command): \(outcome.errors)")
    }
    let dependent = near.map { $0.split(separator: ",")[0] }.map { "\($0),\($0)" }
    try (["a,b"] + dependent + far).joined(separator: "\n")
      .write(to: folder.url.appending(path: "line.csv"), atomically: true, encoding: .utf8)
    let outcome = try Tool.run("estimate", "line.csv", in: folder)
    #expect(outcome.status != 0 && outcome.errors.contains("column b is a linear function of column a"))
  }

  /// One row moved to the top changes nothing.
  @Test(arguments: ["mixture", "em", "kde", "sd-kde"]) func orderPlaysNoPart(method: String) throws {
    let names = (0...2).map { "order-first-\($0).csv" }
    let folder = try folder(with: names[0], names[1], names[2], "order-q.csv")
    let results = try names.map { name in
      let outcome = try Tool.run(
        "estimate", name, "--method", method, "--queries", "order-q.csv", "--output", "out.csv", in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try folder.text(of: "out.csv")
    }
    #expect(Set(results).count == 1)
  }

  /// Values that an axis or a figure cannot have are a warning or a refusal, wherever they come from.
  @Test func extremeOptionsAreNoTraps() throws {
    let folder = try folder(with: "ca.csv", "modes-kde-scale-1e200.csv")
    let plot = "--plot out.svg --method kde"
    let axes = try Tool.shell("parzen estimate ca.csv \(plot) --log-axes 1", in: folder)
    #expect(axes.status == 0 && axes.errors.contains("are not drawn"), "\(axes)")
    let column = try Tool.shell("parzen estimate ca.csv \(plot) --log-axes=-9223372036854775808", in: folder)
    #expect(column.status == 1 && column.errors.contains("there is no column"), "\(column)")
    let rate = try Tool.shell(
      "parzen evolve --start two-modes --count 20 --equation ornstein-uhlenbeck --end 0.1 --method kde "
        + "--rate 5e-324 --output run", in: folder)
    #expect(rate.status == 0, "\(rate)")
    let query = try Tool.shell("parzen attention ca.csv --query 1e300,1e300", in: folder)
    #expect(query.status == 0 && !query.output.contains("nan"), "\(query)")
    let far = try Tool.shell("parzen attention ca.csv --method mixture --query 1e300,1e300", in: folder)
    #expect(far.status == 1 && far.errors.contains("give a nearer point"), "\(far)")
    let credible = try Tool.shell(
      "parzen query modes-kde-scale-1e200.csv --credible 0.9 --method kde", in: folder)
    #expect(credible.status == 0, "\(credible)")
    let information = try Tool.shell(
      "parzen information modes-kde-scale-1e200.csv --replicates 2 --method kde", in: folder)
    #expect(information.status == 0 && !information.output.contains("nan"), "\(information)")
    // The Fisher information of values near 1e-200 is near 1e400.
    let small = (0..<30).map { "\(sin(Double($0 * $0)))e-200\n" }.joined()
    try folder.write(small, to: "small.csv")
    let infinite = try Tool.shell("parzen information small.csv --replicates 2 --method kde", in: folder)
    #expect(infinite.status == 1 && infinite.errors.contains("not a finite number"), "\(infinite)")
  }
}
