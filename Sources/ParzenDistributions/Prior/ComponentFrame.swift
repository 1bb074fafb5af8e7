import ParzenCore

/// The weights, places and sizes of the components of a random mixture, of whatever kind the components are.
struct ComponentFrame {
  /// K positive weights that sum to 1, uniform on the simplex.
  var weights: [Double]
  /// K x d.
  var means: Matrix
  /// K x d.
  var variances: Matrix

  init(
    components: ClosedRange<Int>, means: ClosedRange<Double>, variances: ClosedRange<Double>, dimension: Int,
    using generator: inout some RandomNumberGenerator
  ) {
    var local = Xoshiro256(drawnFrom: &generator)
    let count = components.lowerBound + local.nextInteger(below: components.count)
    func uniform(_ range: ClosedRange<Double>) -> Matrix {
      let elements = (0..<count * dimension).map { _ in local.nextUniform(range.lowerBound, range.upperBound)
      }
      return Matrix(rows: count, columns: dimension, elements: elements)
    }
    weights = local.nextDirichlet(count: count)
    self.means = uniform(means)
    self.variances = uniform(variances)
  }

  /// A mixture whose components are made from their places and standard deviations, d values each.
  func mixture(
    _ component: (_ location: [Double], _ deviations: [Double]) -> any Distribution
  ) -> MixtureDistribution {
    let components = weights.indices.map { k in
      component(Array(means[row: k]), variances[row: k].map { $0.squareRoot() })
    }
    return MixtureDistribution(weights: weights, components: components)
  }
}

extension ProductDistribution {
  /// A product of laws with given standard deviations. A law without one gets its value as scale.
  init(location: [Double], deviations: [Double], law: (Int) -> UnivariateLaw) {
    self.init(
      location.indices.map { i in
        let law = law(i)
        return UnivariateDistribution(
          law, location: location[i], scale: deviations[i] / (law.standardDeviation ?? 1))
      })
  }
}
