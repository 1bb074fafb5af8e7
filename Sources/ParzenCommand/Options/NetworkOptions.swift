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
  /// Reads the weights; nil for the package's own.
  func read() throws(ParzenError) -> MixtureTransformerWeights? {
    guard let network else { return nil }
    return try MixtureTransformerWeights(contentsOf: URL(filePath: network))
  }

  /// Reads the weights, with a warning if they were not trained for a dimension.
  func read(forDimension dimension: Int) throws(ParzenError) -> MixtureTransformerWeights {
    let weights = try read() ?? .pretrained(dimension: dimension)
    let range = weights.record.dimensions
    if !range.contains(dimension) {
      warn(
        """
        the weights were trained in \(range.lowerBound) to \(range.upperBound) dimensions, the samples have \
        \(dimension): compare the estimate with --method kde
        """)
    }
    return weights
  }

  /// Reads the weights of a cross-attention transformer for a dimension.
  func readCrossAttention(forDimension dimension: Int) throws(ParzenError) -> CrossAttentionWeights {
    guard let network else { return try .pretrained(dimension: dimension) }
    return try CrossAttentionWeights(contentsOf: URL(filePath: network))
  }
}
