import ParzenCore
import ParzenFiles
import ParzenNetworks

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Estimator {
  /// What can be chosen of an estimator.
  public enum Option: String, Sendable, CaseIterable {
    case bandwidth, covariance, tolerance, components, seed, policy, columns, regularise, network, adaptation
    case singlePass = "single pass"
    case score
  }
}

/// The choices of any estimator; each takes some of them (`Estimator.options`) and refuses the others. What
/// is nil or false is left to the estimator.
///
/// ```swift
/// var options = EstimatorOptions(bandwidth: .silverman)
/// options.covariance = .full
/// let fit = try Estimator.kernelDensity.fitter(options, dimension: samples.columns)
/// ```
public struct EstimatorOptions: Sendable {
  /// The width of kernels.
  public var bandwidth: Bandwidth?
  /// The shape of kernels or components.
  public var covariance: MixtureCovariance?
  /// The accepted error of a kernel density's log density.
  public var tolerance: Double?
  /// The numbers of components to try.
  public var components: ClosedRange<Int>?
  /// The seed of everything random.
  public var seed: UInt64?
  /// What an estimate may rest on.
  public var policy: EstimationPolicy?
  /// What values each column can have; d domains.
  public var columns: [ColumnDomain]?
  /// Whether ties stay as they are.
  public var keepsTies = false
  /// Whether constant and dependent columns are accepted.
  public var regularise = false
  /// The weights of the network; those that ship with the package when nil.
  public var network: PretrainedNetwork?
  /// Steps of adaptation to the samples.
  public var adaptationSteps: Int?
  /// What the gradient of these steps is of.
  public var adaptationGradient = CrossAttentionTransformer.ConsistencyGradient.score
  /// Whether the cross-attention transformer makes one pass.
  public var singlePass = false
  /// The name of the estimator along whose score samples are moved; that of the kernel density itself when
  /// nil.
  public var score: String?

  /// The defaults, but for a bandwidth.
  public init(bandwidth: Bandwidth? = nil) { self.bandwidth = bandwidth }

  /// The options that are not left to the estimator.
  public var given: Set<Estimator.Option> {
    let choices: [(Estimator.Option, Bool)] = [
      (.bandwidth, bandwidth != nil), (.covariance, covariance != nil), (.tolerance, tolerance != nil),
      (.components, components != nil), (.seed, seed != nil), (.policy, policy != nil),
      (.columns, keepsTies || columns?.allSatisfy { $0 == .unbounded } == false),
      (.regularise, regularise), (.network, network != nil), (.adaptation, adaptationSteps != nil),
      (.singlePass, singlePass), (.score, score != nil),
    ]
    return Set(choices.filter(\.1).map(\.0))
  }
}

/// Weights of a network of either architecture, for an estimator that is told by name.
///
/// ```swift
/// var options = EstimatorOptions()
/// options.network = try PretrainedNetwork(contentsOf: URL(filePath: "weights.safetensors"))
/// let fit = try Estimator.mixtureTransformer.fitter(options, dimension: samples.columns)
/// ```
public enum PretrainedNetwork: Sendable, Equatable {
  case mixtureTransformer(MixtureTransformerWeights)
  case crossAttention(CrossAttentionWeights)

  /// Reads weights from a file, which says what they are of.
  ///
  /// - Throws: `ParzenError.file` if the file cannot be read or has no weights.
  public init(contentsOf url: URL) throws(ParzenError) {
    let file = try SafetensorsFile(contentsOf: url)
    if file.metadata["architecture"] == CrossAttentionConfiguration.architecture {
      self = .crossAttention(try CrossAttentionWeights(file: file))
    } else {
      self = .mixtureTransformer(try MixtureTransformerWeights(file: file))
    }
  }

  /// How the weights were trained.
  public var record: TrainingRecord {
    switch self {
    case .mixtureTransformer(let weights): weights.record
    case .crossAttention(let weights): weights.record
    }
  }

  /// - Throws: `ParzenError.invalidOption` for weights of another architecture.
  func mixtureTransformer() throws(ParzenError) -> MixtureTransformerWeights {
    if case .mixtureTransformer(let weights) = self { return weights }
    throw Self.unsuitable(CrossAttentionConfiguration.self, MixtureTransformerConfiguration.self)
  }

  /// - Throws: `ParzenError.invalidOption` for weights of another architecture.
  func crossAttention() throws(ParzenError) -> CrossAttentionWeights {
    if case .crossAttention(let weights) = self { return weights }
    throw Self.unsuitable(MixtureTransformerConfiguration.self, CrossAttentionConfiguration.self)
  }

  private static func unsuitable(
    _ found: any NetworkConfiguration.Type, _ wanted: any NetworkConfiguration.Type
  ) -> ParzenError {
    .invalidOption(
      "the network's weights are of a \(found.architecture): give those of a \(wanted.architecture)")
  }
}
