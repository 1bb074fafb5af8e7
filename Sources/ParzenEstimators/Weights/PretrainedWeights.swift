import Foundation
import ParzenCore
import ParzenNetworks

/// The weights of a mixture transformer.
public typealias MixtureTransformerWeights = NetworkWeights<MixtureTransformerConfiguration>
/// The weights of a cross-attention transformer, for one dimension.
public typealias CrossAttentionWeights = NetworkWeights<CrossAttentionConfiguration>

extension NetworkWeights where Configuration == MixtureTransformerConfiguration {
  /// The weights that ship with the package, for up to 32 dimensions.
  ///
  /// Loaded once, in milliseconds.
  public static var pretrained: MixtureTransformerWeights { pretrainedMixtureTransformer }

  /// The weights that ship with the package for a number of dimensions: above 32, where the layers are matrix-free, those of
  /// an earlier run with four layers. Neither run saw such dimensions, but the latter tells clusters apart there that the
  /// former does not: two Gaussians in 100 dimensions, n = 2,048, have a score MSE of 0.20 with it, 0.24 with the other.
  public static func pretrained(dimension: Int) -> MixtureTransformerWeights {
    CovarianceForm.best(dimension: dimension) == .full
      ? pretrainedMixtureTransformer : pretrainedMatrixFreeTransformer
  }
}

extension NetworkWeights where Configuration == CrossAttentionConfiguration {
  /// The dimensions that weights ship for.
  public static let pretrainedDimensions = (1...100).filter { resourceURL("cross-attention-\($0)") != nil }

  /// The weights that ship with the package for a dimension; read anew each time, in milliseconds.
  ///
  /// - Throws: `ParzenError.invalidOption`, with the dimensions that there are, if none ship for this one.
  public static func pretrained(dimension: Int) throws(ParzenError) -> CrossAttentionWeights {
    guard pretrainedDimensions.contains(dimension) else {
      throw .invalidOption(
        "no cross-attention weights ship for \(dimension) dimensions, only for "
          + pretrainedDimensions.map(String.init).joined(separator: ", ")
          + ": take the method mixture, or train some with `parzen train`, "
          + #"{"network": {"architecture": "cross-attention", "dimension": \#(dimension)}} as its configuration"#
      )
    }
    return resource("cross-attention-\(dimension)")
  }
}

private let pretrainedMixtureTransformer: MixtureTransformerWeights = resource("mixture-transformer")
private let pretrainedMatrixFreeTransformer: MixtureTransformerWeights = resource(
  "mixture-transformer-matrix-free")

/// Weights among the package's resources.
private func resource<Configuration>(_ name: String) -> NetworkWeights<Configuration> {
  guard let url = resourceURL(name) else {
    fatalError(
      "the package's resources are missing: keep the folder ending in .resources beside the program")
  }
  do {
    return try NetworkWeights(contentsOf: url)
  } catch {
    fatalError("the package's own weights cannot be read: \(error)")
  }
}

private func resourceURL(_ name: String) -> URL? {
  Bundle.module.url(forResource: name, withExtension: "safetensors")
}
