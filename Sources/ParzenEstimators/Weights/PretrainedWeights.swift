import CParzenWeights
import ParzenCore
import ParzenFiles
import ParzenNetworks

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The weights of a mixture transformer.
public typealias MixtureTransformerWeights = NetworkWeights<MixtureTransformerConfiguration>
/// The weights of a cross-attention transformer, for one dimension.
public typealias CrossAttentionWeights = NetworkWeights<CrossAttentionConfiguration>

extension NetworkWeights where Configuration == MixtureTransformerConfiguration {
  /// The weights that ship with the package, one set for all dimensions.
  ///
  /// Loaded once, in milliseconds.
  public static var pretrained: MixtureTransformerWeights { pretrainedMixtureTransformer }
}

extension NetworkWeights where Configuration == CrossAttentionConfiguration {
  /// The dimensions that weights ship for.
  public static let pretrainedDimensions = (1...100).filter {
    shippedWeights("cross-attention-\($0)") != nil
  }

  /// The weights that ship with the package for a dimension; read anew each time, in milliseconds.
  ///
  /// - Throws: `ParzenError.invalidOption`, with the dimensions that there are, if none ship for this one.
  public static func pretrained(dimension: Int) throws(ParzenError) -> CrossAttentionWeights {
    guard pretrainedDimensions.contains(dimension) else {
      throw .invalidOption(
        "no cross-attention weights ship for \(dimension) dimensions, only for "
          + pretrainedDimensions.map(String.init).joined(separator: ", ")
          + ": take the method mixture, or train some with the configuration "
          + #"{"network": {"architecture": "cross-attention", "dimension": \#(dimension)}}"#
      )
    }
    return shipped("cross-attention-\(dimension)")
  }
}

private let pretrainedMixtureTransformer: MixtureTransformerWeights = shipped("mixture-transformer")

/// Weights that are embedded in the program.
private func shipped<Configuration>(_ name: String) -> NetworkWeights<Configuration> {
  guard let weights = shippedWeights(name) else {
    preconditionFailure("no weights ship under the name \(name)")
  }
  do {
    let bytes = Array(UnsafeBufferPointer(start: weights.bytes, count: weights.count))
    return try NetworkWeights(file: SafetensorsFile(bytes: bytes, path: name))
  } catch {
    preconditionFailure("the package's own weights cannot be read: \(error)")
  }
}

private func shippedWeights(_ name: String) -> ParzenWeights? {
  var index = 0
  while let weights = parzen_shipped_weights(index)?.pointee {
    if name == String(cString: weights.name) { return weights }
    index += 1
  }
  return nil
}
