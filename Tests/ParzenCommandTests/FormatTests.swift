import Foundation
import Parzen
import ParzenFiles
import Testing

/// Files that earlier versions wrote stay readable, and mean the same; files of later versions are named as
/// such.
@Suite struct FormatTests {
  private func url(_ name: String) throws -> URL {
    try #require(Bundle.module.resourceURL).appending(path: "Formats/\(name)")
  }

  @Test(arguments: [1, 2])
  func weights(format: Int) throws {
    let mixture = try MixtureTransformerWeights(
      contentsOf: url("mixture-transformer-\(format).safetensors"))
    #expect(mixture.configuration.scalarChannels == 4 && mixture.parameters.count == 248)
    // What files of format 1 lack means this for good.
    #expect(mixture.configuration.logVarianceFloor == -5)
    #expect(mixture.record.steps == (format == 1 ? 3 : 4) && mixture.record.seed == 1)
    let attention = try CrossAttentionWeights(contentsOf: url("cross-attention-\(format).safetensors"))
    #expect(attention.configuration.width == 4 && attention.configuration.sampleSize)
    #expect(attention.record.samples == 16...16)
  }

  @Test func weightsHaveTheConfigurationsOfAllStages() throws {
    let stages = try MixtureTransformerWeights(contentsOf: url("mixture-transformer-2.safetensors"))
      .record.stages
    #expect(stages.map(\.begin) == [0, 2])
    let rates = try stages.map {
      try JSONDecoder().decode(TrainingConfiguration.self, from: Data($0.configuration.utf8)).learningRate
    }
    #expect(rates == [2e-3, 1e-3])
  }

  @Test(arguments: [1, 2])
  func checkpoints(format: Int) throws {
    let checkpoint = try Checkpoint(contentsOf: url("checkpoint-\(format).safetensors"))
    #expect(checkpoint.configuration.optimizer == .adamW && checkpoint.configuration.heldOutSteps == 0)
    #expect(checkpoint.configuration.momentum == 0.95 && checkpoint.configuration.averageDecay == 0.9995)
    #expect(checkpoint.state.step == (format == 1 ? 3 : 4))
    #expect(checkpoint.state.stages.count == (format == 1 ? 0 : 2))
    let trainer = try Trainer(configuration: checkpoint.configuration, state: checkpoint.state, threads: 1)
    #expect(trainer.state.stages.last?.begin == (format == 1 ? 3 : 2))
  }

  @Test(arguments: [1, 2])
  func particles(format: Int) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(
      at: url("particles-\(format).safetensors"), to: folder.url.appending(path: "p.safetensors"))
    let outcome = try Tool.run(
      "evolve", "--resume", "p.safetensors", "--end", "0.2", "--output", "o", in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("p.safetensors, after step 2"))
  }

  @Test(
    arguments: zip(
      ["mixture", "transformed", "samples"],
      [
        [-3.335336967735031, -3.4218273582495327], [-4.180798613138977, -4.218078957774509],
        [-4.879840139708194, -4.7136126897698585],
      ]))
  func fits(name: String, logDensities: [Double]) throws {
    let fit = try SavedFit(contentsOf: url("fit-\(name)-1.json"))
    let found = try fit.density().logDensity(at: Matrix([[2, 54], [4, 80]]))
    // Kernels are summed in Float32 where that suffices.
    let tolerance = name == "samples" ? 1e-5 : 1e-12
    for (a, b) in zip(found, logDensities) { #expect(abs(a - b) < tolerance * abs(b), "\(found)") }
  }

  // MARK: newer files

  /// A file with one change of its metadata.
  private func changed(
    _ name: String, _ folder: TemporaryFolder, _ change: (inout [String: String]) -> Void
  ) throws -> URL {
    let file = try SafetensorsFile(contentsOf: url(name))
    var metadata = file.metadata
    change(&metadata)
    let target = folder.url.appending(path: name)
    try SafetensorsFile(tensors: file.tensors, metadata: metadata).write(to: target)
    return target
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing was thrown"
    } catch { return "\(error)" }
  }

  @Test(arguments: ["mixture-transformer-2", "checkpoint-2", "particles-2"])
  func newerFormatsAreCalledNewer(name: String) throws {
    let folder = try TemporaryFolder()
    let url = try changed("\(name).safetensors", folder) {
      $0["parzen_format"] = "3"
      $0["parzen_version"] = "7.1.0"
    }
    let text = message {
      switch name {
      case "checkpoint-2": _ = try Checkpoint(contentsOf: url)
      case "particles-2": _ = try ParticleCheckpoint(contentsOf: url)
      default: _ = try MixtureTransformerWeights(contentsOf: url)
      }
    }
    #expect(text.contains("a newer Parzen (7.1.0)"), "\(text)")
    #expect(text.contains("its format is 3"))
  }

  @Test(arguments: [
    ("mixture-transformer-2", "configuration"), ("cross-attention-2", "configuration"),
    ("mixture-transformer-2", "training"), ("checkpoint-2", "checkpoint"), ("checkpoint-2", "progress"),
    ("particles-2", "particles"),
  ])
  func unknownKeysAreRefusedByName(name: String, key: String) throws {
    let folder = try TemporaryFolder()
    let url = try changed("\(name).safetensors", folder) { metadata in
      metadata[key] = metadata[key].map { #"{"wings":2,"# + $0.dropFirst() }
    }
    let text = message {
      switch name {
      case "checkpoint-2": _ = try Checkpoint(contentsOf: url)
      case "cross-attention-2": _ = try CrossAttentionWeights(contentsOf: url)
      case "particles-2":
        throw ParzenError.invalidOption(
          try Tool.run("evolve", "--resume", url.path, "--output", "o", in: folder).errors)
      default: _ = try MixtureTransformerWeights(contentsOf: url)
      }
    }
    #expect(text.contains("wings\", which Parzen"), "\(text)")
    #expect(text.contains("newer"))
  }

  @Test func fitsOfNewerVersionsAreNamed() throws {
    let folder = try TemporaryFolder()
    for name in ["mixture", "transformed", "samples"] {
      let text = try String(contentsOf: url("fit-\(name)-1.json"), encoding: .utf8)
      for (change, by, expected) in [
        (#""version": 1"#, #""version": 2"#, "made by a newer Parzen: its format is 2"),
        (#""format": "parzen fit""#, #""format": "parzen fit", "wings": 2"#, #"it has "wings""#),
        (#""method": "#, #""wings": 2, "method": "#, #"it has "origin.wings""#),
        (#""weights": "#, #""wings": 2, "weights": "#, #"wings", which"#),
        (#""bandwidth": "#, #""wings": 2, "bandwidth": "#, #"it has "recipe.wings""#),
      ] where text.contains(change) {
        try folder.write(text.replacing(change, with: by), to: "fit.json")
        let found = message { _ = try SavedFit(contentsOf: folder.url.appending(path: "fit.json")) }
        #expect(found.contains(expected), "\(found)")
      }
    }
  }

  @Test func whatIsDamagedIsNotCalledForeign() throws {
    let folder = try TemporaryFolder()
    let url = try changed("mixture-transformer-2.safetensors", folder) { $0["training"] = #"{"steps": 1}"# }
    let text = message { _ = try MixtureTransformerWeights(contentsOf: url) }
    #expect(text.contains(#""training" of this file of Parzen weights cannot be read"#), "\(text)")
    #expect(text.contains(#""contexts" is missing"#))
  }
}
