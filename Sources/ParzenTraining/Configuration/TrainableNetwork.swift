import ParzenCore
import ParzenDifferentiation
import ParzenEstimators
import ParzenFiles
import ParzenNetworks

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A network that can be trained here, with its architecture.
///
/// In JSON: the architecture's settings and its name as `architecture`; without a name, the mixture
/// transformer.
///
/// ```swift
/// var configuration = TrainingConfiguration()
/// configuration.network = .mixtureTransformer(MixtureTransformerConfiguration())
/// print(configuration.network.architecture)
/// ```
public enum TrainableNetwork: Sendable, Hashable {
  case mixtureTransformer(MixtureTransformerConfiguration)
  case crossAttention(CrossAttentionConfiguration)

  /// The architecture's name.
  public var architecture: String { type(of: configuration).architecture }

  /// The architecture's settings.
  var configuration: any NetworkConfiguration {
    switch self {
    case .mixtureTransformer(let configuration): configuration
    case .crossAttention(let configuration): configuration
    }
  }

  var layout: ParameterLayout { configuration.layout }

  func initialParameters(using generator: inout some RandomNumberGenerator) -> [Float] {
    switch self {
    case .mixtureTransformer(let configuration): configuration.initialParameters(using: &generator)
    case .crossAttention(let configuration): configuration.initialParameters(using: &generator)
    }
  }

  /// The anchors that the network takes for n samples.
  func anchors(samples n: Int) -> Int {
    switch self {
    case .mixtureTransformer(let configuration): configuration.components(samples: n)
    case .crossAttention: 0
    }
  }

  /// Whether the network wants the symmetric whitening, being no function of rotations alone.
  var whitening: Whitening.Form {
    switch self {
    case .mixtureTransformer: .principal
    case .crossAttention: .symmetric
    }
  }

  func makePass() -> any TrainingPass {
    switch self {
    case .mixtureTransformer(let configuration):
      MixtureTransformerPass<Float>(configuration, gradients: true)
    case .crossAttention(let configuration): CrossAttentionPass<Float>(configuration)
    }
  }

  /// Reads weights of this network.
  ///
  /// - Throws: `ParzenError.file` if the file cannot be read or holds weights of another network.
  func weights(contentsOf url: URL) throws(ParzenError) -> (parameters: [Float], record: TrainingRecord) {
    func read<Configuration: NetworkConfiguration>(
      _ configuration: Configuration
    ) throws(ParzenError) -> ([Float], TrainingRecord) {
      let weights = try NetworkWeights<Configuration>(contentsOf: url)
      guard weights.configuration == configuration else {
        throw .file(
          path: url.path,
          reason:
            """
            holds weights of another size than the configuration's network: give that one's sizes as \
            \"network\"
            """
        )
      }
      return (weights.parameters, weights.record)
    }
    switch self {
    case .mixtureTransformer(let configuration): return try read(configuration)
    case .crossAttention(let configuration): return try read(configuration)
    }
  }

  /// Writes weights of this network.
  func write(parameters: [Float], record: TrainingRecord, to url: URL) throws(ParzenError) {
    switch self {
    case .mixtureTransformer(let configuration):
      try NetworkWeights(configuration: configuration, parameters: parameters, record: record).write(to: url)
    case .crossAttention(let configuration):
      try NetworkWeights(configuration: configuration, parameters: parameters, record: record).write(to: url)
    }
  }
}

extension TrainableNetwork: Codable {
  private enum Key: String, CodingKey { case architecture }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    switch try container.decodeIfPresent(String.self, forKey: .architecture) {
    case MixtureTransformerConfiguration.architecture, nil:
      self = .mixtureTransformer(try .init(from: decoder))
    case CrossAttentionConfiguration.architecture:
      self = .crossAttention(try .init(from: decoder))
    case let name?:
      throw DecodingError.dataCorruptedError(
        forKey: .architecture, in: container, debugDescription: "there is no architecture \"\(name)\"")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    try configuration.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(architecture, forKey: .architecture)
  }
}
