import ArgumentParser
import Foundation
import Parzen

/// Which weights the network of a pretrained method has.
struct NetworkOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Weights of the method's network, as `parzen train` writes them. (default: the ones of the package)",
      valueName: "file"),
    completion: .file(extensions: ["safetensors"]))
  var network: String?
}

extension NetworkOptions {
  /// The files that are read.
  var inputs: [String?] { [network] }

  /// Reads the weights; nil for the package's own.
  func read() throws(ParzenError) -> MixtureTransformerWeights? {
    guard let network else { return nil }
    return try MixtureTransformerWeights(contentsOf: URL(filePath: network))
  }

  /// Reads the weights; those of the package without a file.
  func readOrPretrained() throws(ParzenError) -> MixtureTransformerWeights {
    try read() ?? .pretrained
  }

  /// Reads the weights of a cross-attention transformer for a dimension.
  func readCrossAttention(forDimension dimension: Int) throws(ParzenError) -> CrossAttentionWeights {
    guard let network else { return try .pretrained(dimension: dimension) }
    return try CrossAttentionWeights(contentsOf: URL(filePath: network))
  }
}
