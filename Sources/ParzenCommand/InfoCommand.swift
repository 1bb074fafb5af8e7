import ArgumentParser
import Foundation
import Parzen

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Show a weights file's architecture and training record.")

  @Argument(help: "A weights file; without it, the weights that ship with the package.")
  var weights: String?

  func run() throws {
    let weights =
      try self.weights.map { try MixtureTransformerWeights(contentsOf: URL(fileURLWithPath: $0)) }
      ?? .pretrained
    let (configuration, record) = (weights.configuration, weights.record)
    let lines: [(String, String)] = [
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
      ("components", "n / 4, from 4 to \(configuration.maximumComponents)"),
      (
        "trained",
        "\(record.date), \(record.steps) steps, \(record.contexts) random distributions, seed \(record.seed)"
      ),
      ("prior", record.prior),
      (
        "range",
        "d from \(record.dimensions.lowerBound) to \(record.dimensions.upperBound),"
          + " n from \(record.samples.lowerBound) to \(record.samples.upperBound)"
      ),
    ]
    for (name, value) in lines { print(name.padding(toLength: 15, withPad: " ", startingAt: 0) + value) }
  }
}
