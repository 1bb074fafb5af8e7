import ArgumentParser
import Parzen

/// A density fitted to samples, and what a report says about it.
struct FittedDensity: Sendable {
  let density: any Density
  /// The method, for instance "kernel density estimate".
  let name: String
  /// What was fitted, for instance the number of components.
  let details: String
  /// What is unusual, one sentence each.
  var warnings: [String] = []

  /// The density as one to draw from.
  ///
  /// - Throws: `ParzenError.invalidOption` if it is none.
  func distribution() throws(ParzenError) -> any Distribution {
    guard let distribution = density as? any Distribution else {
      throw .invalidOption("the \(name) has no exact draws: take the method mixture, em, kde or sd-kde")
    }
    return distribution
  }

  /// The density as a mixture of Gaussians.
  ///
  /// - Throws: `ParzenError.invalidOption` if it is none.
  func gaussianMixture() throws(ParzenError) -> any GaussianMixtureDensity {
    if let mixture = (density as? MixtureTransformer)?.mixture { return mixture }
    if density is MixtureTransformer {
      throw .invalidOption("the estimate is a mixture of transformed columns: take --policy untransformed")
    }
    guard let mixture = density as? any GaussianMixtureDensity else {
      throw .invalidOption(
        "the \(name) is no mixture of Gaussians: take the method mixture, em, kde or sd-kde")
    }
    return mixture
  }
}

extension MixtureTransformer {
  /// What a report says about it.
  var summary: String {
    let parts = record.parts.map { part in
      record.parts.count == 1
        ? part.candidate.summary : "\(part.candidate.summary) \(Int((100 * part.weight).rounded())) %"
    }
    return "\(counted(density.coordinateMixture.componentCount, "Gaussian component")): "
      + parts.joined(separator: ", ")
  }
}

extension Report {
  /// Adds what an estimate is and rests on, and warns of what is unusual.
  mutating func add(_ estimate: FittedDensity) {
    add("method", "\(estimate.name), \(estimate.details)")
    for line in (estimate.density as? MixtureTransformer)?.record.setApartLines ?? [] { add("", line) }
    for warning in estimate.warnings { warn(warning) }
  }
}

extension EstimateRecord {
  /// What a report says about samples that were set apart.
  var setApartLines: [String] {
    guard !setApart.isEmpty else { return [] }
    let rows = setApart.flatMap(\.self).sorted()
    return [
      "\(counted(rows.count, "sample")) set apart in \(counted(setApart.count, "group")): "
        + "rows \(shortList(rows.map { "\($0 + 1)" }, limit: 8))"
    ]
  }
}

extension EstimationPolicy: ExpressibleByArgument {}
