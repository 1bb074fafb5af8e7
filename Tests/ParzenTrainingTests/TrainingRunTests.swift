import Foundation
import ParzenCore
import Testing

@testable import ParzenTraining

/// What a run leaves in its folder, and what it does to a folder that has one already.
@Suite struct TrainingRunTests {
  private final class TemporaryFolder {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "parzen-\(UInt64.random(in: 0 ... .max))")
    deinit { try? FileManager.default.removeItem(at: url) }
  }

  private func stop(after steps: Int) -> () -> Bool {
    var count = 0
    return {
      count += 1
      return count > steps
    }
  }

  private func lines(_ run: TrainingRun) throws -> [TrainingLog.Line] {
    try String(contentsOf: run.logURL, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(TrainingLog.Line.self, from: Data($0.utf8))
    }
  }

  @Test func folderOfAnotherRunIsRefused() throws {
    let folder = TemporaryFolder()
    let first = try TrainingRun(configuration: TrainerTests.tiny, folder: folder.url, threads: 1)
    _ = try first.run(shouldStop: stop(after: 2), report: { _ in })
    let before = try Data(contentsOf: first.checkpointURL)
    let second = try TrainingRun(configuration: TrainerTests.tiny, folder: folder.url, threads: 1)
    #expect { try second.run(shouldStop: { false }, report: { _ in }) } throws: {
      "\($0)".contains("`resume = ") && "\($0)".contains("`overwrite`")
    }
    #expect(try Data(contentsOf: first.checkpointURL) == before)
    let third = try TrainingRun(
      configuration: TrainerTests.tiny, folder: folder.url, begin: .overwriting, threads: 1)
    #expect(try third.run(shouldStop: { false }, report: { _ in }))
    #expect(try lines(third).first?.begin == 0)
  }

  /// A run in the folder of another process's, or of another part of this one.
  @Test func twoRunsInOneFolderAreRefused() throws {
    let folder = TemporaryFolder()
    let run = try TrainingRun(configuration: TrainerTests.tiny, folder: folder.url, threads: 1)
    var message = ""
    _ = try run.run(
      shouldStop: {
        do {
          let second = try TrainingRun(
            configuration: TrainerTests.tiny, folder: folder.url, begin: .overwriting, threads: 1)
          _ = try second.run(shouldStop: { true }, report: { _ in })
        } catch { message = "\(error)" }
        return true
      }, report: { _ in })
    #expect(message.contains("another run is at work"))
  }

  @Test func firstCheckpointIsThereBeforeTheFirstStep() throws {
    let folder = TemporaryFolder()
    let run = try TrainingRun(configuration: TrainerTests.tiny, folder: folder.url, threads: 1)
    var step: Int?
    _ = try run.run(
      shouldStop: {
        step = try? Checkpoint(contentsOf: run.checkpointURL).state.step
        return true
      }, report: { _ in })
    #expect(step == 0)
  }

  /// Whatever was logged after the checkpoint, and half a line: after going on every step is in one line.
  @Test func logHasEveryStepOnceAfterACrash() throws {
    let folder = TemporaryFolder()
    let first = try TrainingRun(configuration: TrainerTests.tiny, folder: folder.url, threads: 1)
    _ = try first.run(shouldStop: stop(after: 3), report: { _ in })
    let checkpoint = try Checkpoint(contentsOf: first.checkpointURL)
    let handle = try FileHandle(forWritingTo: first.logURL)
    try handle.seekToEnd()
    var line = try #require(try lines(first).last)
    (line.begin, line.step) = (3, 9)
    try handle.write(contentsOf: JSONEncoder().encode(line) + Data("\n{\"step\": 10, \"ste".utf8))
    try handle.close()
    let second = try TrainingRun(
      configuration: checkpoint.configuration, state: checkpoint.state, folder: folder.url, threads: 1)
    #expect(try second.run(shouldStop: { false }, report: { _ in }))
    let all = try lines(second)
    #expect(all.first?.begin == 0 && all.last?.step == TrainerTests.tiny.steps)
    for (one, next) in zip(all, all.dropFirst()) { #expect(one.step == next.begin) }
  }

  @Test func divergenceIsNamedWithTheLastGoodCheckpoint() throws {
    let folder = TemporaryFolder()
    var configuration = TrainerTests.tiny
    configuration.learningRate = 1000
    configuration.gradientNorm = 1e300
    configuration.weightDecay = 1000
    configuration.warmUpSteps = 0
    configuration.steps = 400
    let run = try TrainingRun(configuration: configuration, folder: folder.url, threads: 1)
    #expect { try run.run(shouldStop: { false }, report: { _ in }) } throws: {
      "\($0)".contains("diverged in step") && "\($0)".contains("last good checkpoint, after step")
    }
    #expect(throws: Never.self) { try Checkpoint(contentsOf: run.checkpointURL) }
    #expect(!FileManager.default.fileExists(atPath: run.weightsURL.path))
  }

  @Test func senselessConfigurationsAreRefused() {
    for change: (inout TrainingConfiguration) -> Void in [
      { $0.buckets = [] }, { $0.buckets = [TrainingBucket(dimension: 1, samples: 2, contexts: 1)] },
      { $0.buckets = [TrainingBucket(dimension: 1 << 40, samples: 1 << 41, contexts: 1)] },
      { $0.buckets = [TrainingBucket(dimension: 2, samples: 1 << 27, contexts: 1 << 20)] },
      { $0.shards = .max }, { $0.shards = 0 }, { $0.queries = .max }, { $0.learningRate = .nan },
      { $0.learningRate = 1e308 }, { $0.steps = .max }, { $0.beta1 = 1 }, { $0.priors = [] },
      { $0.priors = [.init(.broad, .infinity)] }, { $0.gradientNorm = 0 }, { $0.scoreWeight = -1 },
    ] {
      var configuration = TrainerTests.tiny
      change(&configuration)
      #expect(throws: ParzenError.self) { try Trainer(configuration: configuration, threads: 1) }
      let checkpoint = Checkpoint(configuration: configuration, state: TrainingState(parameters: [0]))
      #expect(throws: ParzenError.self) {
        try checkpoint.writeWeights(to: URL(fileURLWithPath: "/dev/null/x"), date: "2026-01-31")
      }
    }
  }
}
