/// The covariances of the cells in the layers. The same parameters serve both forms.
package enum CovarianceForm: Sendable, Hashable {
  /// e I + g T + U U^T with T the full responsibility-weighted covariance: O(d^2) a sample and cell, d x d matrices.
  case full
  /// (e + g t) I + U U^T with t = tr(T) / d: O(rank d) a sample and cell, no d x d matrix in the layers.
  case lowRank

  /// The largest dimension in which the layers take full covariances.
  ///
  /// Best times of a pass of the default architecture without gradients, in Float64, n = 2,048, one thread with AVX-512,
  /// in ms (full, low rank): d = 10: 8.4, 7.8; d = 16: 15.5, 9.8; d = 20: 22.5, 11.8; d = 50: 128, 25; d = 100: 600, 47.
  /// Up to d = 16 full covariances cost at most 1.6 times as much; beyond, the ratio grows with d.
  static let largestFullDimension = 16

  /// The form for a dimension.
  package static func best(dimension: Int) -> CovarianceForm {
    dimension <= largestFullDimension ? .full : .lowRank
  }
}
