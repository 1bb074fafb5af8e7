import ParzenCore
import ParzenPlatform

extension ExpectationMaximization {
  /// The components with one of them split in two, for every one of them: along its longest axis, or where
  /// there is only one, whose axes in standardised coordinates are all as long, along those with the least
  /// and the greatest kurtosis. Two clusters have little of it across the gap between them, unless one of
  /// them is small; then they have much.
  ///
  /// D. E. Tyler, F. Critchley, L. Dümbgen, H. Oja, Invariant co-ordinate selection, JRSS B 71, 2009.
  ///
  /// - Complexity: O(K (d^3 + K d^2)) time, with one component O(n d^2 + d^3).
  func splits(_ components: GaussianComponents) -> [GaussianComponents] {
    if components.count == 1 {
      return axesOfKurtosis(components).map { components.splitting(0, along: $0) }
    }
    return (0..<components.count).compactMap { component in
      components.longestAxis(of: component).map { components.splitting(component, along: $0) }
    }
  }

  /// The directions of least and greatest kurtosis of samples that one Gaussian describes, one standard
  /// deviation long; with a diagonal covariance among the columns.
  private func axesOfKurtosis(_ gaussian: GaussianComponents) -> [[Double]] {
    let d = samples.dimension
    guard let cholesky = Cholesky(gaussian.covariance(of: 0)) else { return [] }
    var places = samples.deviations(from: gaussian.means) * cholesky.inverseLower.transposed
    if gaussian.shape == .diagonal {
      let fourth = (0..<d).map { i in
        (0..<samples.count).reduce(0) { $0 + samples.weight(of: $1) * pow(places[$1, i], 4) }
      }
      let order = fourth.indices.sorted { fourth[$0] < fourth[$1] }
      return Set([order[0], order[d - 1]]).sorted().map { i in
        (0..<d).map { $0 == i ? cholesky.lower[i, i] : 0 }
      }
    }
    for row in 0..<samples.count {
      let square = places[row: row].reduce(0) { $0 + $1 * $1 }
      let factor = (samples.weight(of: row) * square).squareRoot()
      for i in 0..<d { places[row, i] *= factor }
    }
    guard let eigen = SymmetricEigendecomposition(places.columnProducts) else { return [] }
    return Set([0, d - 1]).sorted().map { index in
      (0..<d).map { i in
        (0...i).reduce(0) { $0 + cholesky.lower[i, $1] * eigen.vectors[$1, index] }
      }
    }
  }
}
