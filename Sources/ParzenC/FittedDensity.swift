import CParzen
import ParzenCore
import ParzenDistributions
import ParzenEstimators

/// What a handle of the C interface stands for.
final class FittedDensity: Sendable {
  let estimate: Estimate
  /// The mixture of Gaussians that it is, with few components; nil for kernel densities and transformed
  /// columns.
  let mixture: GaussianMixture?
  /// The mixture in the coordinates that the columns are mapped to; nil for kernel densities.
  let components: GaussianMixture?
  /// What was fitted, as far as there is something to say.
  let facts: Estimate.Facts

  var density: any Density { estimate.density }

  init(_ estimate: Estimate) {
    self.estimate = estimate
    var facts = estimate.facts
    switch estimate.content {
    case .mixture(let mixture)?: (self.mixture, components) = (mixture, mixture)
    case .transformed(let transformed)?:
      (mixture, components) = (transformed.gaussianMixture, transformed.mixture)
      if mixture == nil { facts.transformations = transformed.columns.map { "\($0)" } }
    case .recipe?, nil: (mixture, components) = (nil, nil)
    }
    self.facts = facts
  }

  convenience init(_ density: TransformedMixture) {
    self.init(
      Estimate(density: density, title: "mixture of transformed columns", content: .transformed(density)))
  }

  convenience init(_ mixture: GaussianMixture) {
    self.init(Estimate(density: mixture, title: "mixture of Gaussians", content: .mixture(mixture)))
  }

  /// The density as a mixture of Gaussians, a kernel each if it is a kernel density.
  ///
  /// - Throws: `ParzenError.invalidOption` if it is none.
  func gaussianMixture() throws(ParzenError) -> any GaussianMixtureDensity {
    if let mixture { return mixture }
    return try estimate.gaussianMixture()
  }

  /// The density of some of the columns.
  func marginal(of columns: [Int]) throws(ParzenError) -> FittedDensity {
    let isValid = !columns.isEmpty && Set(columns).count == columns.count
    guard isValid, columns.allSatisfy({ 0..<density.dimension ~= $0 }) else {
      throw .invalidOption("give distinct columns, at least one, from 0 to \(density.dimension - 1)")
    }
    guard let density = density as? any MarginalizableDensity else {
      throw .invalidOption(
        "the \(estimate.title) has no marginals in closed form: take the method \(Estimate.mixtureMethods)")
    }
    switch density.anyMarginal(of: columns) {
    case let mixture as TransformedMixture: return FittedDensity(mixture)
    case let mixture as GaussianMixture: return FittedDensity(mixture)
    case let kernels as KernelDensity:
      var facts = Estimate.Facts(kind: Estimator.kernelDensity.kind)
      facts.bandwidths = kernels.bandwidths
      return FittedDensity(Estimate(density: kernels, title: Estimator.kernelDensity.title, facts: facts))
    case let other: return FittedDensity(Estimate(density: other, title: "marginal"))
    }
  }

  /// The density of the other columns given the values of some.
  func conditional(on columns: [Int], equalTo values: [Double]) throws(ParzenError) -> FittedDensity {
    if let transformed = estimate.transformed {
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
