import ParzenCore
import ParzenKernels
import ParzenPlatform

/// What keeps covariances of few samples from becoming singular.
extension GaussianComponents {
  /// Draws every covariance towards their weighted mean, as if every component had so many samples of it
  /// besides. With infinitely many all become the mean.
  ///
  /// What components of less than a fifth of its variances are drawn towards is scaled down to their size,
  /// the more, the more samples n_k they have: by (5 s_k / s)^(n_k / (n_k + 20 d)), with s^d the
  /// determinants. So a spike of many samples is no smear, and few that happen to lie close together are no
  /// spike.
  ///
  /// J. H. Friedman, Regularized discriminant analysis, J. Am. Statist. Assoc. 84, 1989.
  ///
  /// - Parameters:
  ///   - regular: components whose sizes count, in place of these, which can be singular.
  ///   - n: the number of samples.
  mutating func poolCovariances(_ besides: Double, like regular: GaussianComponents, samples n: Double) {
    let mean = meanCovariance
    guard besides < .infinity else {
      for place in covariances.indices { covariances[place] = mean[place / count] }
      return
    }
    let d = Double(dimension)
    let whole = logDeterminant(mean)
    for k in 0..<count {
      var scale = 1.0
      if let whole, let size = regular.logDeterminant(of: k) {
        let samples = n * exp(regular.logWeights[k])
        scale = pow(min(1, 5 * exp((size - whole) / d)), samples / (samples + 20 * d))
      }
      let own = n * exp(logWeights[k])
      for (row, mean) in mean.enumerated() {
        let place = row * count + k
        covariances[place] = (own * covariances[place] + besides * scale * mean) / (own + besides)
      }
    }
  }

  /// Adds a number to every variance.
  mutating func widen(by variance: Double) {
    for (place, (i, j)) in Self.entries(shape, dimension: dimension).enumerated() where i == j {
      for k in 0..<count { covariances[place * count + k] += variance }
    }
  }

  /// Adds a part of the mean covariance S to every component, scaled down to the components' size:
  ///
  ///     S exp((sum_k w_k log det S_k - log det S) / d),
  ///
  /// which is S where all components are alike, and the less, the less alike they are. It has the shape that
  /// the components have, wherever they lie, and follows affine maps.
  ///
  /// - Parameter regular: components whose sizes count, in place of these, which can be singular.
  mutating func addFloor(_ share: Double, like regular: GaussianComponents) {
    let mean = meanCovariance
    guard let whole = logDeterminant(mean) else { return }
    var size = 0.0
    for k in 0..<count {
      guard let value = regular.logDeterminant(of: k) else { return }
      size += exp(regular.logWeights[k]) * value
    }
    let factor = share * exp(min(0, (size - whole) / Double(dimension)))
    for (place, value) in mean.enumerated() {
      for k in 0..<count { covariances[place * count + k] += factor * value }
    }
  }

  /// The entries of the components' weighted mean covariance.
  private var meanCovariance: [Double] {
    let weights = logWeights.map { exp($0) }
    return stride(from: 0, to: covariances.count, by: count).map { place in
      (0..<count).reduce(0) { $0 + weights[$1] * covariances[place + $1] }
    }
  }

  /// The logarithm of the determinant of a component's covariance; nil where it is singular.
  private func logDeterminant(of component: Int) -> Double? {
    logDeterminant(stride(from: component, to: covariances.count, by: count).map { covariances[$0] })
  }

  /// The logarithm of the determinant of a covariance with these entries; nil where it is singular.
  private func logDeterminant(_ entries: [Double]) -> Double? {
    guard shape == .full else {
      return entries.allSatisfy { $0 > 0 } ? entries.reduce(0) { $0 + log($1) } : nil
    }
    var matrix = [Double](repeating: 0, count: dimension * dimension)
    for ((i, j), entry) in zip(Self.entries(.full, dimension: dimension), entries) {
      matrix[j * dimension + i] = entry
    }
    return matrix.withUnsafeMutableBufferPointer {
      Cholesky.logDeterminant(order: dimension, $0.baseAddress!)
    }
  }
}
