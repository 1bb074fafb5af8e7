import CParzen
import ParzenCore
import ParzenDistributions
import ParzenEstimators

/// What a handle of the C interface stands for.
final class FittedDensity: Sendable {
  let density: any Density
  /// The mixture of Gaussians that it is, with few components; nil for kernel densities and transformed
  /// columns.
  let mixture: GaussianMixture?
  /// The mixture in the coordinates that the columns are mapped to; nil for kernel densities.
  let components: GaussianMixture?
  let description: Description

  /// What was fitted, as far as there is something to say.
  struct Description: Encodable, Sendable {
    var kind: String
    var bandwidths: [Double]?
    /// How columns are transformed, where one is; a text for each.
    var transformations: [String]?
    /// What a mixture transformer's estimate rests on.
    var record: EstimateRecord?
    var candidates: [Candidate]?
    var covariance: String?
    var criterion: Double?
    var converged: Bool?
  }

  struct Candidate: Encodable, Sendable {
    var covariance: String
    var components: Int
    var logLikelihood: Double
    var criterion: Double
    var converged: Bool
  }

  private init(_ density: any Density, mixture: GaussianMixture?, _ description: Description) {
    self.density = density
    self.mixture = mixture
    components = mixture
    self.description = description
  }

  private init(_ density: any Density, _ mixture: TransformedMixture, _ description: Description) {
    self.density = density
    self.mixture = mixture.gaussianMixture
    components = mixture.mixture
    var description = description
    if mixture.gaussianMixture == nil { description.transformations = mixture.columns.map { "\($0)" } }
    self.description = description
  }

  convenience init(_ estimate: MixtureTransformer) {
    self.init(
      estimate, estimate.density, Description(kind: "mixture transformer", record: estimate.record))
  }

  convenience init(_ estimate: MaximumLikelihoodMixture) {
    self.init(
      estimate, mixture: estimate.mixture,
      Description(
        kind: "maximum likelihood mixture",
        candidates: estimate.candidates.map {
          Candidate(
            covariance: $0.covariance.rawValue, components: $0.components, logLikelihood: $0.logLikelihood,
            criterion: $0.criterion, converged: $0.converged)
        }, covariance: estimate.choice.covariance.rawValue, criterion: estimate.choice.criterion,
        converged: estimate.choice.converged))
  }

  convenience init(_ estimate: KernelDensity) {
    self.init(
      estimate, mixture: nil, Description(kind: "kernel density", bandwidths: estimate.bandwidths))
  }

  convenience init(_ estimate: ScoreDebiasedKernelDensity) {
    self.init(
      estimate, mixture: nil,
      Description(kind: "score-debiased kernel density", bandwidths: estimate.bandwidths))
  }

  convenience init(_ estimate: CrossAttentionTransformer) {
    self.init(estimate, mixture: nil, Description(kind: "cross-attention transformer"))
  }

  convenience init(_ density: TransformedMixture) {
    self.init(density, density, Description(kind: "mixture of transformed columns"))
  }

  convenience init(_ mixture: GaussianMixture) {
    self.init(mixture, mixture: mixture, Description(kind: "mixture of Gaussians"))
  }

  /// The density as a mixture of Gaussians, a kernel each if it is a kernel density.
  ///
  /// - Throws: `ParzenError.invalidOption` if it is none.
  func gaussianMixture() throws(ParzenError) -> any GaussianMixtureDensity {
    if let mixture { return mixture }
    guard let mixture = density as? any GaussianMixtureDensity else {
      throw .invalidOption(
        "the \(description.kind) is no mixture of Gaussians: take the method mixture, em, kde or sd-kde")
    }
    return mixture
  }

  /// The mixture with the transformations of its columns, where it has some, perhaps none that does anything.
  var transformed: TransformedMixture? {
    (density as? MixtureTransformer)?.density ?? density as? TransformedMixture
  }

  /// The density of some of the columns.
  func marginal(of columns: [Int]) throws(ParzenError) -> FittedDensity {
    let isValid = !columns.isEmpty && Set(columns).count == columns.count
    guard isValid, columns.allSatisfy({ 0..<density.dimension ~= $0 }) else {
      throw .invalidOption("give distinct columns, at least one, from 0 to \(density.dimension - 1)")
    }
    guard let density = density as? any MarginalizableDensity else {
      throw .invalidOption(
        "the \(description.kind) has no marginals in closed form: take the method mixture, em, kde or sd-kde")
    }
    switch density.anyMarginal(of: columns) {
    case let mixture as TransformedMixture: return FittedDensity(mixture)
    case let mixture as GaussianMixture: return FittedDensity(mixture)
    case let kernels as KernelDensity: return FittedDensity(kernels)
    case let other: return FittedDensity(other, mixture: nil, Description(kind: "marginal"))
    }
  }

  /// The density of the other columns given the values of some.
  func conditional(on columns: [Int], equalTo values: [Double]) throws(ParzenError) -> FittedDensity {
    let isValid = !columns.isEmpty && Set(columns).count == columns.count && columns.count < density.dimension
    guard isValid, columns.allSatisfy({ 0..<density.dimension ~= $0 }) else {
      throw .invalidOption(
        "give distinct columns, at least one and not all, from 0 to \(density.dimension - 1)")
    }
    guard values.allSatisfy(\.isFinite) else {
      throw .invalidOption("the values that a density is conditioned on are finite")
    }
    if let transformed {
      return FittedDensity(try transformed.conditional(on: columns, equalTo: values))
    }
    let mixture = try gaussianMixture().mixture
    return FittedDensity(try mixture.conditional(on: columns, equalTo: values))
  }
}

extension MarginalizableDensity {
  fileprivate func anyMarginal(of columns: [Int]) -> any Density { marginal(of: columns) }
}

extension FittedDensity {
  /// The handle, which owns the density.
  var handle: OpaquePointer { OpaquePointer(Unmanaged.passRetained(self).toOpaque()) }

  /// The density of a handle.
  static func of(_ handle: OpaquePointer) -> FittedDensity {
    Unmanaged<FittedDensity>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
  }
}
