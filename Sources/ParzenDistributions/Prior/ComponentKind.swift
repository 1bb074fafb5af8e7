import ParzenCore
import ParzenPlatform

/// The kinds of components, other than Gaussians, that the universal prior mixes.
enum ComponentKind: CaseIterable {
  /// Product of generalised normal laws: Laplace three times in ten, else shape 2^U(0, 3).
  case generalizedNormal
  /// Product of t laws, degrees of freedom log-uniform in [2.5, 10].
  case studentT
  /// Elliptical t, degrees of freedom log-uniform in [2.5, 10].
  case ellipticalStudentT
  /// Product of sinh-arcsinh laws: skew in [-1, 1], tail in [0.6, 1.4] per coordinate.
  case skewed
  /// Box with soft edges, blur log-uniform in [0.05, 0.5].
  case softBox
  /// Product of beta laws, parameters in [2.5, 6], on a Gaussian background of weight 0.03, without which the
  /// log density would not be finite everywhere.
  case beta
  /// Product of one-sided exponential laws with a soft edge, blur log-uniform in [0.05, 0.5].
  case oneSided
  /// Product of different laws.
  case product
  /// Shell whose radius is 2 to 8 times its thickness; two or more dimensions.
  case ring
  /// Bent Gaussian, curvature in [0.2, 0.8]; two or more dimensions.
  case banana

  /// A kind that exists in a dimension; all are equally likely.
  static func random(_ dimension: Int, using generator: inout Xoshiro256) -> ComponentKind {
    let kinds = allCases.filter { dimension > 1 || ($0 != .ring && $0 != .banana) }
    return kinds[generator.nextInteger(below: kinds.count)]
  }

  /// A random component.
  ///
  /// - Parameters:
  ///   - location: its place, d values.
  ///   - deviations: its sizes along the axes, d values.
  ///   - turned: whether the axes are then turned at random.
  func draw(
    location: [Double], deviations: [Double], turned: Bool, using generator: inout Xoshiro256
  ) -> any Distribution {
    let d = location.count
    if !turned, let component = axisAligned(location, deviations, using: &generator) { return component }
    var matrix = turned ? Matrix.randomOrthogonal(d, using: &generator) : .identity(d)
    for i in 0..<d { for j in 0..<d { matrix[i, j] *= deviations[j] } }
    // A rotation of positive sizes is invertible.
    return byConstruction {
      try AffineImage(standard(d, using: &generator), matrix: matrix, shift: location)
    }
  }

  /// The component at its place, for the kinds that can be shifted and scaled directly.
  private func axisAligned(
    _ location: [Double], _ deviations: [Double], using generator: inout Xoshiro256
  ) -> (any Distribution)? {
    switch self {
    case .ring, .banana, .beta:
      return nil
    case .ellipticalStudentT:
      let degrees = generator.nextLogUniform(2.5, 10)
      let scale = ((degrees - 2) / degrees).squareRoot()
      return byConstruction {
        try MultivariateStudentT(
          degrees: degrees, location: location, scales: deviations.map { $0 * scale })
      }
    case .generalizedNormal, .studentT, .skewed, .softBox, .oneSided, .product:
      let laws = laws(location.count, using: &generator)
      return ProductDistribution(location: location, deviations: deviations) { laws[$0] }
    }
  }

  /// The component at the origin with sizes of about 1.
  private func standard(_ d: Int, using generator: inout Xoshiro256) -> any Distribution {
    switch self {
    case .ring:
      let thickness = 1 / generator.nextUniform(2, 8)
      return byConstruction { try Ring(dimension: d, radius: 1, thickness: thickness) }
    case .banana:
      return byConstruction {
        try Banana(dimension: d, spread: 1, curvature: generator.nextUniform(0.2, 0.8))
      }
    case .beta:
      let factors = (0..<d).map { _ in
        let (a, b) = (generator.nextUniform(2.5, 6), generator.nextUniform(2.5, 6))
        return byConstruction {
          try UnivariateDistribution(.beta(a: a, b: b), location: -2.5 * a / (a + b), scale: 2.5)
        }
      }
      return byConstruction {
        try MixtureDistribution(
          weights: [0.97, 0.03],
          components: [
            ProductDistribution(factors),
            ProductDistribution(repeating: UnivariateDistribution(.normal), dimension: d),
          ])
      }
    case .generalizedNormal, .studentT, .ellipticalStudentT, .skewed, .softBox, .oneSided, .product:
      let (origin, one) = ([Double](repeating: 0, count: d), [Double](repeating: 1, count: d))
      return axisAligned(origin, one, using: &generator)!
    }
  }

  /// The laws of the coordinates of a product.
  private func laws(_ d: Int, using generator: inout Xoshiro256) -> [UnivariateLaw] {
    switch self {
    case .generalizedNormal:
      let shape = generator.nextUniform() < 0.3 ? 1 : exp2(generator.nextUniform(0, 3))
      return [UnivariateLaw](repeating: .generalizedNormal(shape: shape), count: d)
    case .studentT:
      return [UnivariateLaw](repeating: .studentT(degrees: generator.nextLogUniform(2.5, 10)), count: d)
    case .softBox:
      return [UnivariateLaw](repeating: .blurredUniform(blur: generator.nextLogUniform(0.05, 0.5)), count: d)
    case .oneSided:
      return [UnivariateLaw](
        repeating: .blurredExponential(blur: generator.nextLogUniform(0.05, 0.5)), count: d)
    case .skewed:
      return (0..<d).map { _ in
        .sinhArcsinh(skew: generator.nextUniform(-1, 1), tail: generator.nextUniform(0.6, 1.4))
      }
    case .product:
      let kinds: [ComponentKind] = [.generalizedNormal, .studentT, .skewed, .softBox, .oneSided]
      return (0..<d).map { _ in
        generator.nextUniform() < 0.25
          ? .normal : kinds[generator.nextInteger(below: kinds.count)].laws(1, using: &generator)[0]
      }
    case .ellipticalStudentT, .beta, .ring, .banana:
      preconditionFailure("\(self) is no product of laws")
    }
  }
}

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
    return byConstruction { try GaussianMixture(weights: weights, means: means, variances: variances) }
  }

  /// A mixture whose components are made from their places and standard deviations, d values each.
  package func mixture(
    _ component: (_ location: [Double], _ deviations: [Double]) -> any Distribution
  ) -> MixtureDistribution {
    let components = weights.indices.map { k in
      component(Array(means[row: k]), Array(deviations[row: k]))
    }
    return byConstruction { try MixtureDistribution(weights: weights, components: components) }
  }
}

extension ProductDistribution {
  /// A product of laws with given standard deviations, all valid. A law without one gets its value as scale.
  package init(location: [Double], deviations: [Double], law: (Int) -> UnivariateLaw) {
    let factors = location.indices.map { i in
      let law = law(i)
      return byConstruction {
        try UnivariateDistribution(
          law, location: location[i], scale: deviations[i] / (law.standardDeviation ?? 1))
      }
    }
    self = byConstruction { try ProductDistribution(factors) }
  }
}
