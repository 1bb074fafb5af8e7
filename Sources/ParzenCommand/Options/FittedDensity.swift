import ArgumentParser
import Parzen

/// A density fitted to samples, and what a report says about it.
struct FittedDensity: Sendable {
  let density: any Density
  /// The method, for instance "kernel density estimate".
  let name: String
  /// What was fitted, for instance the number of components.
  let details: String
  /// What else a report says, one line each.
  var notes: [String] = []
  /// What is unusual, one sentence each.
  var warnings: [String] = []
  /// What a file keeps of it; nil where it cannot be saved.
  var content: SavedFit.Content?

  /// The density as one to draw from.
  ///
  /// - Throws: `ParzenError.invalidOption` if it is none.
  func distribution() throws(ParzenError) -> any Distribution {
    guard let distribution = density as? any Distribution else {
      throw .invalidOption("the \(name) has no exact draws: take the method mixture, em, kde or sd-kde")
    }
    return distribution
  }

  /// The density as a mixture in coordinates of the columns, as questions are put to it.
  ///
  /// - Throws: `ParzenError.invalidOption` if it is none.
  func transformedMixture() throws(ParzenError) -> TransformedMixture {
    if let estimate = density as? MixtureTransformer { return estimate.density }
    if let mixture = density as? TransformedMixture { return mixture }
    return try TransformedMixture(gaussianMixture().mixture)
  }

  /// The density as a mixture of Gaussians.
  ///
  /// - Throws: `ParzenError.invalidOption` if it is none.
  func gaussianMixture() throws(ParzenError) -> any GaussianMixtureDensity {
    if let transformed = (density as? MixtureTransformer)?.density ?? density as? TransformedMixture {
      if let mixture = transformed.gaussianMixture { return mixture }
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
    for note in estimate.notes { add("", note) }
    for warning in estimate.warnings { warn(warning) }
  }
}

extension MixtureTransformer {
  /// What a report says about columns that were transformed or whose ties were spread, and about samples set
  /// apart.
  ///
  /// - Parameter names: the names of the columns.
  func notes(_ names: [String]) -> [String] {
    var notes: [String] = []
    for (name, column) in zip(names, density.columns) {
      if let text = column.summary { notes.append("\(name) \(text)") }
    }
    for (name, resolution) in zip(names, record.spread) {
      guard let resolution else { continue }
      notes.append(
        "\(name) goes in steps of \(short(resolution.step)): ties spread over them (--keep-ties leaves them)")
    }
    if !record.setApart.isEmpty {
      let rows = record.setApart.flatMap(\.self).sorted()
      notes.append(
        "\(counted(rows.count, "sample")) set apart in \(counted(record.setApart.count, "group")): "
          + "rows \(shortList(rows.map { "\($0 + 1)" }, limit: 8))")
    }
    return notes
  }
}

extension ColumnTransformation {
  /// What is done to a column, in words; nil for nothing.
  fileprivate var summary: String? {
    switch self {
    case .identity: nil
    case .logarithmAbove(let edge): "by its logarithm above \(short(edge))"
    case .logarithmBelow(let edge): "by its logarithm below \(short(edge))"
    case .logit(let lower, let upper): "by its logit between \(short(lower)) and \(short(upper))"
    case .inverseSinh(let centre, let scale):
      "by the inverse hyperbolic sine about \(short(centre)), scale \(short(scale))"
    case .doubleInverseSinh(let lower, let upper, let scale):
      "with soft edges at \(short(lower)) and \(short(upper)), scale \(short(scale))"
    case .reflection(let lower, let upper):
      "mirrored at " + [lower, upper].compactMap { $0.map(short) }.joined(separator: " and ")
    case .period(_, let length): "wrapped with period \(short(length))"
    }
  }
}

extension EstimationPolicy: ExpressibleByArgument {}
