import ParzenCore

extension GaussianMixture: MarginalizableDensity {
  /// The marginal density of some of the coordinates: a mixture with the same weights.
  ///
  /// - Parameter columns: the coordinates to keep, in the order wanted.
  /// - Precondition: there is at least one, and they are distinct and in `0..<dimension`.
  /// - Complexity: O(K c^2 d) for c columns.
  public func marginal(of columns: [Int]) -> GaussianMixture {
    precondition(
      !columns.isEmpty && Set(columns).count == columns.count, "a marginal keeps distinct coordinates")
    let means = means.selectingColumns(columns)
    if isDiagonal {
      return byConstruction {
        try GaussianMixture(
          weights: weights, means: means, deviations: deviations.selectingColumns(columns))
      }
    }
    let factors = (0..<componentCount).map { k in
      byConstruction { try factor(covarianceFactor(of: k, rows: columns)) }
    }
    return byConstruction {
      try GaussianMixture(weights: weights, means: means, covarianceFactors: factors)
    }
  }
}

extension GaussianMixture {
  /// The mean of the mixture, d values.
  public var mean: [Double] {
    (0..<dimension).map { i in weights.indices.reduce(0) { $0 + weights[$1] * means[$1, i] } }
  }

  /// The covariance of the mixture, d x d: the mean of the components' covariances plus the covariance of
  /// their means.
  public var covariance: Matrix {
    let mean = mean
    var result = Matrix(rows: dimension, columns: dimension)
    for (k, weight) in weights.enumerated() {
      let within = covariance(of: k)
      for i in 0..<dimension {
        for j in 0..<dimension {
          result[i, j] += weight * (within[i, j] + (means[k, i] - mean[i]) * (means[k, j] - mean[j]))
        }
      }
    }
    return result
  }

  /// The mean covariance of some components, weighted by their weights, d x d.
  package func covarianceWithin(_ components: [Int]) -> Matrix {
    let total = components.reduce(0) { $0 + weights[$1] }
    var result = Matrix(rows: dimension, columns: dimension)
    for k in components {
      let covariance = covariance(of: k)
      for place in result.elements.indices {
        result.elements[place] +=
          (total > 0 ? weights[k] / total : 1 / Double(components.count)) * covariance.elements[place]
      }
    }
    return result
  }

  /// The convex combination of some mixtures; weights that do not sum to 1 are divided by their sum.
  ///
  /// - Throws: `ParzenError.invalidOption` for no mixture, other numbers of weights, and weights that are
  ///   negative or not finite, or all zero; `ParzenError.dimensionMismatch` for mixtures of different
  ///   dimensions.
  /// - Complexity: O(K d^2) for K components in all.
  public static func combining(
    _ mixtures: [GaussianMixture], weights: [Double]
  ) throws(ParzenError) -> GaussianMixture {
    guard !mixtures.isEmpty, mixtures.count == weights.count else {
      throw .invalidOption(
        "\(mixtures.count) mixtures with \(weights.count) weights are not combined: give one weight for each")
    }
    let d = mixtures[0].dimension
    for mixture in mixtures where mixture.dimension != d {
      throw .dimensionMismatch(expected: d, found: mixture.dimension)
    }
    let all = zip(mixtures, weights).flatMap { mixture, weight in mixture.weights.map { $0 * weight } }
    let means = Matrix(rows: all.count, columns: d, elements: mixtures.flatMap(\.means.elements))
    let isDiagonal = mixtures.allSatisfy(\.isDiagonal)
    let triangles = mixtures.map { mixture in
      mixture.isDiagonal == isDiagonal ? (mixture.spreads, mixture.kernel.factors) : mixture.fullTriangles
    }
    return try GaussianMixture(
      weights: all, means: means, isDiagonal: isDiagonal, spreads: triangles.flatMap(\.0),
      factors: triangles.flatMap(\.1))
  }

  /// The factors of diagonal covariances, and their inverses, as those of full ones are stored.
  private var fullTriangles: ([Double], [Double]) {
    func full(_ diagonals: [Double]) -> [Double] {
      diagonals.indices.flatMap { [Double](repeating: 0, count: $0 % dimension) + [diagonals[$0]] }
    }
    return (full(spreads), full(kernel.factors))
  }

  /// The law of A x + b for a column x from this mixture.
  ///
  /// - Parameters:
  ///   - matrix: A, c x d, c <= d.
  ///   - shift: b, c values.
  /// - Throws: `ParzenError.invalidOption` if A has other than d columns, b other than c values, and if A has
  ///   linearly dependent rows or values that are not finite.
  /// - Complexity: O(K c d^2).
  public func affineImage(_ matrix: Matrix, shift: [Double]) throws(ParzenError) -> GaussianMixture {
    guard matrix.columns == dimension, matrix.rows == shift.count else {
      throw .invalidOption(
        "an affine map of \(dimension) columns has as many, and a shift for every row, not \(matrix.rows) x "
          + "\(matrix.columns) and \(shift.count)")
    }
    guard LQDecomposition(matrix)?.isRankDeficient == false else {
      throw .invalidOption("the matrix of an affine map must have independent, finite rows")
    }
    var means = self.means * matrix.transposed
    for k in 0..<componentCount { for i in shift.indices { means[k, i] += shift[i] } }
    let factors = try (0..<componentCount).map { (k) throws(ParzenError) in
      try factor(matrix * covarianceFactor(of: k))
    }
    return try GaussianMixture(weights: weights, means: means, covarianceFactors: factors)
  }

  /// The law of the other coordinates, in ascending order, given the values of some.
  ///
  /// With a the free and b the given coordinates, component k becomes N(mu_a + G (v - mu_b), Sigma_aa - G
  /// Sigma_ba), G = Sigma_ab Sigma_bb^-1, and its weight is multiplied by N(v; mu_b, Sigma_bb). Both come
  /// from one triangular factor of the covariance with b first, so that nothing cancels.
  ///
  /// - Parameters:
  ///   - columns: the given coordinates b: distinct, each in `0..<dimension`, at least one and not all.
  ///   - values: their values v, finite, in the same order.
  /// - Throws: `ParzenError.invalidOption` for other columns or values, and if the values are so far away
  ///   that no component has a weight.
  /// - Complexity: O(K d^3).
  public func conditional(on columns: [Int], equalTo values: [Double]) throws(ParzenError) -> GaussianMixture
  {
    try checkConditions(on: columns, equalTo: values)
    let free = (0..<dimension).filter { !columns.contains($0) }
    let given = Matrix(rows: 1, columns: values.count, elements: values)
    let weights = try marginal(of: columns).responsibilities(at: given).elements
    var means = means.selectingColumns(free)
    if isDiagonal {
      return try GaussianMixture(
        weights: weights, means: means, deviations: deviations.selectingColumns(free))
    }
    var factors: [Matrix] = []
    for k in 0..<componentCount {
      let lower = try factor(covarianceFactor(of: k, rows: columns + free))
      // Forward substitution: the whitened values of b, then their pull on a.
      var whitened: [Double] = []
      for i in columns.indices {
        var sum = values[i] - self.means[k, columns[i]]
        for j in 0..<i { sum -= lower[i, j] * whitened[j] }
        whitened.append(sum / lower[i, i])
      }
      let rest = (columns.count..<dimension).map(\.self)
      for i in free.indices {
        for j in columns.indices { means[k, i] += lower[rest[i], j] * whitened[j] }
      }
      factors.append(lower.selectingRows(rest).selectingColumns(rest))
    }
    return try GaussianMixture(weights: weights, means: means, covarianceFactors: factors)
  }

  /// Throws unless some coordinates, not all, are given one finite value each.
  func checkConditions(on columns: [Int], equalTo values: [Double]) throws(ParzenError) {
    guard !columns.isEmpty, Set(columns).count == columns.count, columns.count < dimension,
      columns.allSatisfy({ 0..<dimension ~= $0 })
    else {
      throw .invalidOption("give distinct columns, at least one and not all, from 0 to \(dimension - 1)")
    }
    guard columns.count == values.count, values.allSatisfy(\.isFinite) else {
      throw .invalidOption("give one finite value for each of the \(columns.count) columns")
    }
  }

  /// The standard deviations of the components, K x d, of a mixture whose covariances are diagonal.
  private var deviations: Matrix { Matrix(rows: componentCount, columns: dimension, elements: spreads) }

  /// The Cholesky factor of B B^T.
  private func factor(_ root: Matrix) throws(ParzenError) -> Matrix {
    guard let decomposition = LQDecomposition(root) else {
      throw .invalidOption("a component of the mixture is singular to rounding")
    }
    return decomposition.lower
  }
}

extension GaussianMixture: Distribution {
  /// Independent draws, count x d.
  ///
  /// - Complexity: O(count d^2) time, O(count d) if the covariances are diagonal.
  public func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix {
    var generator = Xoshiro256(drawnFrom: &generator)
    let labels = AliasTable(weights: weights)
    let d = dimension
    let elements = [Double](unsafeUninitializedCapacity: count * d) { elements, initializedCount in
      initializedCount = count * d
      generator.fillNormal(elements)
      for row in 0..<count {
        let component = componentCount == 1 ? 0 : labels.draw(using: &generator)
        place(elements.baseAddress! + row * d, in: component)
      }
    }
    return Matrix(rows: count, columns: d, elements: elements)
  }

  /// Turns d standard normal values into a draw from a component, z -> mu + L z, in place.
  private func place(_ point: UnsafeMutablePointer<Double>, in component: Int) {
    let d = dimension
    let mean = component * d
    if isDiagonal {
      for i in 0..<d { point[i] = means.elements[mean + i] + spreads[mean + i] * point[i] }
    } else {
      var factor = (component + 1) * d * (d + 1) / 2
      for i in (0..<d).reversed() {  // row i of L needs the first i + 1 values only
        factor -= i + 1
        var sum = means.elements[mean + i]
        for j in 0...i { sum += spreads[factor + j] * point[j] }
        point[i] = sum
      }
    }
  }
}
