import Foundation
import Testing

/// Streams that are closed or full, disks that are full, and signals: the work is kept, nothing is half
/// written, and the exit code is not 0 where something was lost.
@Suite struct StreamAndSignalTests {
  private static let tiny = """
    {"network": {"layers": 1, "scalarChannels": 8, "vectorChannels": 4, "attentionHeads": 2, \
    "hiddenScalars": 8, \
    "hiddenVectors": 2, "mixtureHeads": 1}, "steps": 120, "queries": 8, "shards": 1, \
    "buckets": [{"dimension": 1, "samples": 16, "contexts": 2}]}
    """

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("a,b\n1,2\n3,5\n4,1\n6,8\n7,3\n2,2\n", to: "data.csv")
    try folder.write(Self.tiny, to: "tiny.json")
    return folder
  }

  /// Every command, and the file that it writes, if any.
  private static let commands: [(arguments: String, file: String?)] = [
    ("estimate data.csv", nil), ("estimate data.csv --output out.csv", "out.csv"),
    ("sample data.csv --count 20", nil), ("modes data.csv --output out.csv", "out.csv"),
    ("modes data.csv --plot out.svg", "out.svg"),
    ("outliers data.csv --plot out.svg", "out.svg"),
    ("outliers data.csv --output out.csv", "out.csv"),
    ("information data.csv --replicates 2 --json out.json", "out.json"),
    ("attention data.csv --query 1,2 --plot out.svg", "out.svg"), ("info", nil), ("--help", nil),
    ("--version", nil),
    ("evaluate --dimensions 1 --sizes 16 --contexts 2 --methods kde --json out.json", "out.json"),
    ("train --configuration tiny.json --output run", "run/mixture-transformer.safetensors"),
    (
      "evolve --start two-modes --count 20 --equation ornstein-uhlenbeck --end 0.1 --method kde --output run",
      "run/moments.csv"
    ),
  ]

  @Test(arguments: commands.map(\.arguments), [">/dev/full", ">&-"])
  func lostOutputIsNoSuccess(arguments: String, stream: String) throws {
    let folder = try folder()
    let outcome = try Tool.shell("parzen \(arguments) \(stream)", in: folder)
    // What is written to a file alone has its report on standard output.
    #expect(outcome.status == 1, "\(outcome)")
    #expect(outcome.errors.contains("standard output"), "\(outcome)")
    let file = Self.commands.first { $0.arguments == arguments }?.file
    if let file { #expect(FileManager.default.fileExists(atPath: folder.url.appending(path: file).path)) }
  }

  @Test(arguments: ["2>/dev/full", "2>&-", "</dev/null 0>&- 2>&-"])
  func lostProgressIsNoSuccess(stream: String) throws {
    let folder = try folder()
    for (arguments, file) in Self.commands.suffix(3) where !arguments.hasPrefix("train") {
      let outcome = try Tool.shell("parzen \(arguments) \(stream)", in: folder)
      #expect(outcome.status == 1, "\(arguments): \(outcome)")
      #expect(FileManager.default.fileExists(atPath: folder.url.appending(path: try #require(file)).path))
    }
  }

  /// A limit on the size of files stands for a full disk.
  @Test func fullDiskLeavesWhatWasThere() throws {
    let folder = try folder()
    try folder.write("old", to: "out.csv")
    let outcome = try Tool.shell(
      "ulimit -f 1; parzen sample data.csv --count 100000 --output out.csv", in: folder)
    #expect(outcome.status == 1 && outcome.errors.contains("out.csv: writing failed"), "\(outcome)")
    #expect(try folder.text(of: "out.csv") == "old")
    let training = try Tool.shell(
      "ulimit -f 1; parzen train --configuration tiny.json --output run", in: folder)
    #expect(
      training.status == 1 && training.errors.contains("checkpoint.safetensors: writing failed"),
      "\(training)")
    #expect(try folder.names == ["data.csv", "out.csv", "run", "tiny.json"])
  }

  /// Ctrl-C in the middle of work, and again in the middle of ending. The tests run in threads that block
  /// signals, and what they start inherits that.
  @Test(arguments: ["INT", "TERM", "HUP", "INT INT"]) func signalsEndEveryCommand(signals: String) throws {
    let folder = try folder()
    try folder.write(
      Self.tiny.replacing("\"steps\": 120", with: "\"steps\": 100000000")
        .replacing("\"samples\": 16", with: "\"samples\": 4096"), to: "long.json")
    for (command, waiting) in [
      ("sample data.csv --count 1000000000 --yes --output out.csv", "ls .parzen-*.tmp"),
      ("evaluate --contexts 100000 --sizes 4096 --methods kde", "sleep 0.3"),
      ("train --configuration long.json --output run", "ls run/checkpoint.safetensors"),
    ] {
      let kills = signals.split(separator: " ").map { "kill -\($0) $pid 2>/dev/null" }.joined(separator: "; ")
      let outcome = try Tool.shell(
        """
        set -m; '\(Tool.url.path)' \(command) >/dev/null 2>&1 & pid=$!
        until \(waiting) >/dev/null 2>&1 || ! kill -0 $pid 2>/dev/null; do sleep 0.02; done
        start=$(date +%s%N); \(kills)
        (sleep 30; kill -KILL $pid) >/dev/null 2>&1 & patience=$!
        wait $pid; status=$?; kill -KILL -- -$patience
        echo $status $((($(date +%s%N) - start) / 1000000))
        """, in: folder)
      let numbers = outcome.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
      try #require(numbers.count == 2, "\(outcome)")
      #expect(
        numbers[0] < 126
          || numbers[0] == 128 + (["INT": 2, "TERM": 15, "HUP": 1][signals.split(separator: " ")[0]] ?? 0))
      // A second, and some patience with a busy machine.
      #expect(numbers[1] < 3000, "\(command): \(numbers[1]) ms")
      let names =
        try folder.names
        + ((try? FileManager.default.contentsOfDirectory(
          atPath: folder.url.appending(path: "run").path)) ?? [])
      #expect(!names.contains { $0.hasSuffix(".tmp") } && !names.contains("out.csv"), "\(names)")
    }
  }

  @Test func aRunIsNotReplacedUnasked() throws {
    let folder = try folder()
    let train = "parzen train --configuration tiny.json --output run"
    let evolve =
      """
      parzen evolve --start two-modes --count 20 --equation ornstein-uhlenbeck --end 0.1 --method kde \
      --output other
      """
    for command in [train, evolve] {
      #expect(try Tool.shell(command, in: folder).status == 0)
      let again = try Tool.shell(command, in: folder)
      #expect(again.status == 1 && again.errors.contains("--overwrite"), "\(again)")
      #expect(try Tool.shell(command + " --overwrite", in: folder).status == 0)
    }
    // What a run begins with is not removed for it.
    let begun = try Tool.shell(
      train + " --initial run/mixture-transformer.safetensors --overwrite", in: folder)
    #expect(begun.status == 1 && begun.errors.contains("run/mixture-transformer.safetensors is this file"))
    #expect(try Tool.shell("ls run/checkpoint.safetensors", in: folder).status == 0)
    // At its end a run remakes what is missing.
    for (name, command) in [
      (
        "run/mixture-transformer.safetensors", "parzen train --resume run/checkpoint.safetensors --output run"
      ),
      ("other/moments.csv", "parzen evolve --resume other/checkpoint.safetensors --output other"),
    ] {
      let url = folder.url.appending(path: name)
      let before = try Data(contentsOf: url)
      try FileManager.default.removeItem(at: url)
      let outcome = try Tool.shell(command, in: folder)
      #expect(outcome.status == 0, "\(outcome)")
      #expect(try Data(contentsOf: url) == before)
    }
  }

  @Test func namesNeedNotBeUTF8AndInputsAreNotReplaced() throws {
    let folder = try folder()
    let outcome = try Tool.shell(
      "cp data.csv $'in\\xff.csv'; parzen estimate $'in\\xff.csv' --output $'out\\xfe.csv'", in: folder)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.contains("in\\xff.csv"), "\(outcome)")
    let same = try Tool.shell("parzen estimate data.csv --output ./data.csv", in: folder)
    #expect(same.status == 1 && same.errors.contains("the input data.csv is this file"), "\(same)")
    #expect(try folder.text(of: "data.csv").hasPrefix("a,b"))
  }
}
