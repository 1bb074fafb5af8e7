import ArgumentParser
import Foundation
import Parzen
import ParzenFiles
import ParzenNetworks

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Show the methods, and a weights file's architecture and training record.")

  @Argument(
    help:
      "Weights of a network, as `parzen train` writes them; without them, those that ship with the package.",
    completion: .file(extensions: ["safetensors"]))
  var network: String?

  func run() throws {
    let lines: [(String, String)]
    if let network {
      switch try PretrainedNetwork(contentsOf: URL(filePath: network)) {
      case .mixtureTransformer(let weights): lines = describe(weights)
      case .crossAttention(let weights): lines = describe(weights)
      }
    } else {
      lines = describe(MixtureTransformerWeights.pretrained) + methods
    }
    for (name, value) in lines {
      Console.print(name.padding(toLength: 15, withPad: " ", startingAt: 0) + value)
    }
  }

  /// The methods and what they are.
  private var methods: [(String, String)] {
    Estimator.all.enumerated().map { index, estimator in
      (
        index == 0 ? "methods" : "",
        estimator.name.padding(toLength: 17, withPad: " ", startingAt: 0) + estimator.summary
      )
    }
  }

  private func describe(_ weights: MixtureTransformerWeights) -> [(String, String)] {
    let configuration = weights.configuration
    return [
      ("architecture", "mixture transformer"),
      ("parameters", "\(weights.parameters.count)"),
      ("layers", "\(configuration.layers)"),
      ("channels", "\(configuration.scalarChannels) scalars, \(configuration.vectorChannels) vectors"),
      (
        "attention",
        "\(configuration.attentionHeads) heads of \(configuration.attentionScalarWidth) scalars and"
          + " \(configuration.attentionVectorWidth) vectors"
      ),
      ("feed-forward", "\(configuration.hiddenScalars) scalars, \(configuration.hiddenVectors) vectors"),
      ("mixture heads", "\(configuration.mixtureHeads), covariances of learned rank \(configuration.rank)"),
      (
        "components",
        "n / 4 up to 32, from n = 1,024 on 32 (n / 1,024)^(1/4); at most \(configuration.maximumComponents)"
      ),
    ] + describe(weights.record)
  }

  private func describe(_ weights: CrossAttentionWeights) -> [(String, String)] {
    let configuration = weights.configuration
    let features = [
      "coordinates", configuration.squaredNorm ? "squared norm" : nil,
      configuration.sampleSize ? "number of samples" : nil,
    ]
    return [
      ("architecture", "cross-attention transformer for d = \(configuration.dimension)"),
      ("parameters", "\(weights.parameters.count)"),
      ("layers", "\(configuration.layers)"),
      ("channels", "\(configuration.width)"),
      ("attention", counted(configuration.heads, "head")),
      ("feed-forward", "\(configuration.hiddenWidth) channels"),
      ("features", features.compactMap(\.self).joined(separator: ", ")),
    ] + describe(weights.record)
  }

  private func describe(_ record: TrainingRecord) -> [(String, String)] {
    [
      (
        "trained",
        "\(record.date), \(record.steps) steps, \(record.contexts) random distributions, seed \(record.seed)"
      ),
      (
        "stages",
        record.stages.isEmpty
          ? "not recorded" : "\(counted(record.stages.count, "configuration")), one after the other"
      ),
      ("prior", record.prior),
      (
        "range",
        "d from \(record.dimensions.lowerBound) to \(record.dimensions.upperBound),"
          + " n from \(record.samples.lowerBound) to \(record.samples.upperBound)"
      ),
    ]
  }
}
