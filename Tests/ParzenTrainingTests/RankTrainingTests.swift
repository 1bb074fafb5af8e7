import Foundation
import ParzenCore
import TestSupport
import Testing

@testable import ParzenTraining

/// Training by several processes, which here are threads.
@Suite struct RankTrainingTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "parzen-\(UInt64.random(in: 0 ... .max))")

  private func run(
    _ count: Int, _ configuration: TrainingConfiguration = TrainerTests.tiny, state: TrainingState? = nil,
    in name: String, stoppingAfter steps: Int = .max
  ) -> [Result<Bool, any Error>] {
    ThreadRanks.run(count) { ranks in
      let run = try TrainingRun(
        configuration: configuration, state: state, folder: folder.appending(path: name), threads: 1,
        ranks: ranks)
      var asked = 0
      // Only the last process is in a hurry.
      return try run.run(
        shouldStop: {
          asked += 1
          return ranks.rank == count - 1 && asked > steps
        }, report: { _ in #expect(ranks.rank == 0) })
    }
  }

  private func state(_ name: String) throws -> TrainingState {
    try Checkpoint(contentsOf: folder.appending(path: "\(name)/checkpoint.safetensors")).state
  }

  /// Gradients of one, two, three and four processes are added in one order; three have 1, 1 and 2 shards.
  @Test(arguments: [TrainerTests.tiny, TrainerTests.tinyMuon]) func ranksAreAsOne(
    configuration: TrainingConfiguration
  ) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let trainer = try Trainer(configuration: configuration, threads: 2)
    for _ in 0..<configuration.steps { _ = try trainer.step() }
    for count in 1...4 {
      for result in run(count, configuration, in: "\(count)") { #expect(try result.get()) }
      #expect(try state("\(count)") == trainer.state, "\(count) processes")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "\(count)").path).sorted()
          == [
            "checkpoint.safetensors", "log.jsonl", "mixture-transformer.safetensors",
          ])
    }
  }

  /// One process stops all, and another number of them goes on.
  @Test func aResumedRunEndsLikeAnUninterruptedOne() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    for result in run(2, in: "run", stoppingAfter: 5) { #expect(try !result.get()) }
    let middle = try state("run")
    #expect(middle.step == 5)
    for result in run(4, state: middle, in: "run") { #expect(try result.get()) }
    for result in run(1, in: "whole") { #expect(try result.get()) }
    #expect(try state("run") == state("whole"))
  }

  @Test func whatOneProcessFindsWrongEndsAll() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    func expect(_ results: [Result<Bool, any Error>], _ message: String) {
      for result in results { #expect { try result.get() } throws: { "\($0)".contains(message) } }
    }
    expect(run(5, in: "many"), "5 processes are too many for a step in 4 shards")
    for result in run(2, in: "run", stoppingAfter: 1) { #expect(try !result.get()) }
    expect(run(3, in: "run"), "`overwrite`")
    let results = ThreadRanks.run(2) { ranks in
      var configuration = TrainerTests.tiny
      configuration.seed = UInt64(ranks.rank)
      let trainer = try Trainer(configuration: configuration, threads: 1, ranks: ranks)
      return try trainer.step().step == 0
    }
    expect(results, "different weights")
  }
}
