import Parzen

/// A density fitted to samples, and what a report says about it.
struct FittedDensity: Sendable {
  let density: any Density
  /// The method, for instance "kernel density estimate".
  let name: String
  /// What was fitted, for instance the number of components.
  let details: String

  /// The density as one to draw from.
  ///
  /// - Throws: `ParzenError.invalidOption` if it is none.
  func distribution() throws(ParzenError) -> any Distribution {
    guard let distribution = density as? any Distribution else {
      throw .invalidOption("the \(name) has no exact draws: take the method mixture, kde or sd-kde")
    }
    return distribution
  }

  /// The density as a mixture of Gaussians.
  ///
  /// - Throws: `ParzenError.invalidOption` if it is none.
  func gaussianMixture() throws(ParzenError) -> any GaussianMixtureDensity {
    guard let mixture = density as? any GaussianMixtureDensity else {
      throw .invalidOption(
        "the \(name) is no mixture of Gaussians: take the method mixture, em, kde or sd-kde")
    }
    return mixture
  }
}

extension MixtureAdaptation {
  /// What a report says about it.
  var note: String {
    let gain = "gain on held-out samples \(short(gain)) +- \(short(standardError))"
    return steps > 0 ? ", adapted by \(counted(steps, "step")) (\(gain))" : ", not adapted (\(gain))"
  }
}
