import ParzenCore

/// A mixture as `weights` (K), `means` (K arrays of d) and either `deviations`, the standard deviations (K
/// arrays of d), or `factors`, the rows of the lower triangles of the covariances' Cholesky factors (K arrays
/// of d (d + 1) / 2). What is decoded from what was encoded is the same mixture, to the bit.
extension GaussianMixture: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case weights, means, deviations, factors
  }

  /// Decodes a mixture.
  ///
  /// - Throws: `DecodingError` for missing values, shapes that do not fit, values that are not finite,
  ///   diagonals that are not positive and weights that are negative or do not sum to 1.
  public init(from decoder: any Decoder) throws {
    try decoder.checkKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func fail(_ key: CodingKeys, _ reason: String) -> DecodingError {
      DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: reason)
    }
    let weights = try container.decode([Double].self, forKey: .weights)
    let means = try container.decode([[Double]].self, forKey: .means)
    let isDiagonal = container.contains(.deviations)
    let spreadKey = isDiagonal ? CodingKeys.deviations : .factors
    let spreads = try container.decode([[Double]].self, forKey: spreadKey)

    let d = means.first?.count ?? 0
    guard d > 0, means.count == weights.count, means.allSatisfy({ $0.count == d }) else {
      throw fail(.means, "a mixture has as many means as weights, at least one, all of one dimension")
    }
    let (triangle, overflow) = d.multipliedReportingOverflow(by: d + 1)
    let size = isDiagonal ? d : triangle / 2
    guard !overflow, spreads.count == weights.count, spreads.allSatisfy({ $0.count == size }) else {
      throw fail(spreadKey, "a mixture in \(d) dimensions has \(size) values of spread for each weight")
    }
    guard abs(weights.reduce(0, +) - 1) < 1e-9 else {
      throw fail(.weights, "the weights of a mixture sum to 1")
    }
    let isPositive = spreads.allSatisfy { values in
      values.allSatisfy(\.isFinite) && (0..<d).allSatisfy { values[isDiagonal ? $0 : $0 * ($0 + 3) / 2] > 0 }
    }
    guard isPositive else {
      throw fail(spreadKey, "the spreads of a mixture are finite, and positive on the diagonal")
    }
    let decoded = Result { () throws(ParzenError) in
      isDiagonal
        ? try GaussianMixture(
          weights: weights, means: Matrix(means), isDiagonal: true, spreads: spreads.flatMap(\.self),
          factors: spreads.flatMap { $0.map { 1 / $0 } }, areNormalised: true)
        : try GaussianMixture(
          weights: weights, means: Matrix(means),
          covarianceFactors: spreads.map { Matrix(packedLowerTriangle: $0, size: d) }, areNormalised: true)
    }
    switch decoded {
    case .success(let mixture): self = mixture
    case .failure(let error): throw fail(.weights, error.description)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(weights, forKey: .weights)
    try container.encode((0..<componentCount).map { Array(means[row: $0]) }, forKey: .means)
    let size = spreads.count / componentCount
    try container.encode(
      (0..<componentCount).map { Array(spreads[$0 * size..<($0 + 1) * size]) },
      forKey: isDiagonal ? .deviations : .factors)
  }
}

extension Matrix {
  /// A lower triangular matrix from the rows of its lower triangle, one after the other.
  fileprivate init(packedLowerTriangle values: [Double], size: Int) {
    self.init(rows: size, columns: size)
    var next = 0
    for i in 0..<size {
      for j in 0...i {
        self[i, j] = values[next]
        next += 1
      }
    }
  }
}
