import ParzenCore

/// The weights, places and sizes of the components of a random mixture, of whatever kind the components are.
package struct ComponentFrame: Sendable {
  /// K positive weights that sum to 1.
  package var weights: [Double]
  /// K x d.
  package var means: Matrix
  /// Standard deviations along the axes, K x d.
  package var deviations: Matrix

  /// The mixture of Gaussians with these parameters.
  package var gaussianMixture: GaussianMixture {
    let variances = Matrix(
      rows: deviations.rows, columns: deviations.columns, elements: deviations.elements.map { $0 * $0 })
    do {
      return try GaussianMixture(weights: weights, means: means, variances: variances)
    } catch {
      preconditionFailure("a random mixture has valid parameters: \(error)")
    }
  }

  /// A mixture whose components are made from their places and standard deviations, d values each.
  package func mixture(
    _ component: (_ location: [Double], _ deviations: [Double]) -> any Distribution
  ) -> MixtureDistribution {
    let components = weights.indices.map { k in
      component(Array(means[row: k]), Array(deviations[row: k]))
    }
    return MixtureDistribution(weights: weights, components: components)
  }
}

extension ProductDistribution {
  /// A product of laws with given standard deviations. A law without one gets its value as scale.
  package init(location: [Double], deviations: [Double], law: (Int) -> UnivariateLaw) {
    self.init(
      location.indices.map { i in
        let law = law(i)
        return UnivariateDistribution(
          law, location: location[i], scale: deviations[i] / (law.standardDeviation ?? 1))
      })
  }
}
