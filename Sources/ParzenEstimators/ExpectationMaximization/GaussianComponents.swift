import ParzenCore
import ParzenDistributions
import ParzenMixtures
import ParzenPlatform

/// K Gaussians and their weights in the layout of the kernels, component fastest.
struct GaussianComponents: Sendable, Equatable {
  let dimension: Int
  let shape: MixtureCovariance
  /// K values; their exponentials sum to 1.
  var logWeights: [Double]
  /// d x K.
  var means: [Double]
  /// Entries (0,0) (0,1) .. (0,d-1) (1,1) .., d(d+1)/2 x K; or the variances, d x K.
  var covariances: [Double]

  var count: Int { logWeights.count }

  /// Free parameters of the mixture: weights, means and covariances.
  var parameterCount: Int { count - 1 + count * (dimension + shape.parameterCount(dimension: dimension)) }

  /// Places in `covariances` of the entries (i, j), i <= j.
  static func entries(_ shape: MixtureCovariance, dimension d: Int) -> [(i: Int, j: Int)] {
    (0..<d).flatMap { i in (i..<(shape == .full ? d : i + 1)).map { (i, $0) } }
  }
}

extension GaussianComponents {
  /// The M-step: the components that maximise the expected log likelihood, given the sums over the samples of
  /// responsibility times features, row by row.
  ///
  /// - Parameters:
  ///   - sums: featureCount x K, or more rows.
  ///   - total: the number of samples.
  init(sums: [Double], count: Int, total: Double, dimension d: Int, shape: MixtureCovariance) {
    dimension = d
    self.shape = shape
    // A component that no sample belongs to keeps a weight that has a logarithm.
    let counts = (0..<count).map { max(sums[$0], Double.leastNormalMagnitude) }
    logWeights = counts.map { log($0 / total) }
    means = (0..<d * count).map { sums[count + $0] / counts[$0 % count] }
    covariances = []
    for (place, (i, j)) in Self.entries(shape, dimension: d).enumerated() {
      for k in 0..<count {
        let second = sums[(1 + d + place) * count + k] / counts[k]
        covariances.append(second - means[i * count + k] * means[j * count + k])
      }
    }
  }

  /// The components of a mixture.
  init(_ mixture: GaussianMixture, shape: MixtureCovariance) {
    dimension = mixture.dimension
    self.shape = shape
    logWeights = mixture.weights.map { log(max($0, Double.leastNormalMagnitude)) }
    means = mixture.means.transposed.elements
    let matrices = (0..<mixture.componentCount).map { mixture.covariance(of: $0) }
    covariances = Self.entries(shape, dimension: dimension).flatMap { i, j in matrices.map { $0[i, j] } }
  }

  /// Coefficients of the features in log(weight times Gaussian) + (d/2) log(2 pi): featureCount x K.
  ///
  /// - Complexity: O(K d^3) time, O(K d^2) memory; O(K d) both for diagonal covariances.
  var naturalParameters: [Double] {
    guard shape == .diagonal else {
      return ParzenMixtures.naturalParameters(
        dimension: dimension, logWeights: logWeights, means: means, covariances: covariances)
    }
    var constants = logWeights
    for place in means.indices {
      let (mean, variance) = (means[place], covariances[place])
      constants[place % count] -= (log(variance) + mean * mean / variance) / 2
    }
    return constants + zip(means, covariances).map { $0 / $1 } + covariances.map { -0.5 / $0 }
  }

  /// The components by the maps that whiten them; nil where a covariance is singular.
  ///
  /// - Complexity: O(K d^3) time, O(K d^2) memory.
  var whitened: [WhitenedGaussian]? {
    var result: [WhitenedGaussian] = []
    for k in 0..<count {
      guard let cholesky = Cholesky(covariance(of: k)) else { return nil }
      result.append(
        WhitenedGaussian(
          logFactor: logWeights[k] - cholesky.logDeterminant / 2,
          mean: (0..<dimension).map { means[$0 * count + k] }, whitening: cholesky.inverseLower.elements))
    }
    return result
  }

  /// Some of the components, with their weights.
  func selecting(_ kept: [Int]) -> GaussianComponents {
    func rows(_ values: [Double]) -> [Double] {
      stride(from: 0, to: values.count, by: count).flatMap { start in kept.map { values[start + $0] } }
    }
    var result = self
    result.logWeights = rows(logWeights)
    result.means = rows(means)
    result.covariances = rows(covariances)
    return result
  }

  /// The covariance of a component, d x d.
  func covariance(of component: Int) -> Matrix {
    var result = Matrix(rows: dimension, columns: dimension)
    for (place, (i, j)) in Self.entries(shape, dimension: dimension).enumerated() {
      result[i, j] = covariances[place * count + component]
      result[j, i] = result[i, j]
    }
    return result
  }

  /// The longest axis of a component, one standard deviation long; nil where it has none.
  ///
  /// - Complexity: O(d^3) time, O(d) with diagonal covariances.
  func longestAxis(of component: Int) -> [Double]? {
    if shape == .diagonal {
      let variances = (0..<dimension).map { covariances[$0 * count + component] }
      let longest = variances.indices.max { variances[$0] < variances[$1] }!
      return variances.indices.map { $0 == longest ? variances[$0].squareRoot() : 0 }
    }
    guard let eigen = SymmetricEigendecomposition(covariance(of: component)) else { return nil }
    let last = dimension - 1
    return (0..<dimension).map { eigen.values[last].squareRoot() * eigen.vectors[$0, last] }
  }

  /// The same with one component replaced by two, half its weight each, 0.7 standard deviations apart from
  /// its mean. Weights, mean and covariance of the mixture stay as they are.
  ///
  /// - Parameter axis: a direction, one standard deviation of the component long.
  /// - Complexity: O(K d^2) time.
  func splitting(_ component: Int, along axis: [Double]) -> GaussianComponents {
    let step = axis.map { 0.7 * $0 }
    func doubled(_ rows: [Double], _ values: (Int, Double) -> (Double, Double)) -> [Double] {
      stride(from: 0, to: rows.count, by: count).flatMap { start in
        var row = Array(rows[start..<start + count])
        let (first, second) = values(start / count, row[component])
        row[component] = first
        return row + [second]
      }
    }
    let entries = Self.entries(shape, dimension: dimension)
    var result = self
    result.logWeights = doubled(logWeights) { ($1 - log(2), $1 - log(2)) }
    result.means = doubled(means) { ($1 - step[$0], $1 + step[$0]) }
    result.covariances = doubled(covariances) { place, value in
      let reduced = value - step[entries[place].i] * step[entries[place].j]
      return (reduced, reduced)
    }
    return result
  }

  /// The mixture.
  ///
  /// - Throws: `ParzenError.invalidOption` for a covariance that is singular to rounding.
  func mixture() throws(ParzenError) -> GaussianMixture {
    let means = Matrix(rows: dimension, columns: count, elements: self.means).transposed
    let weights = logWeights.map { exp($0) }
    guard shape == .full else {
      let variances = Matrix(rows: dimension, columns: count, elements: covariances).transposed
      return try GaussianMixture(weights: weights, means: means, variances: variances)
    }
    return try GaussianMixture(weights: weights, means: means, covariances: (0..<count).map(covariance))
  }
}
