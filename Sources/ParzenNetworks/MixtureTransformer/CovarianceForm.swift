/// The covariances of the cells in the layers. The same parameters serve both forms.
package enum CovarianceForm: Sendable, Hashable {
  /// e I + g T + U U^T with T the full responsibility-weighted covariance: O(d^2) a sample and cell, d x d
  /// matrices.
  case full
  /// (e + g t) I + U U^T with t = tr(T) / d: O(rank d) a sample and cell, no d x d matrix in the layers.
  case lowRank

  /// The largest dimension in which the layers take full covariances.
  ///
  /// Best times of a pass of the default architecture, in Float64, n = 2,048, one thread with AVX-512, in ms
  /// (full, low rank): d = 10: 8.4, 7.8; d = 16: 15.5, 9.8; d = 20: 22.5, 11.8; d = 24: 30, 13; d = 50: 128,
  /// 25; d = 100: 600, 47. With gradients and 64 queries: d = 20: 153, 111; d = 50: 730, 200.
  ///
  /// Time alone would say 10, but full covariances tell more. Relative squared score errors in % (full, low
  /// rank) with weights trained on full covariances in d = 1...10, on mixtures of three Gaussians whose
  /// variances span a factor of 16, n = 2,048: d = 16: 3, 46; d = 20: 4, 44; d = 30: 9, 40; d = 40: 29, 40; d
  /// = 64: 24, 39; d = 100: 27, 39. With isotropic Gaussians: d = 20: 7, 11; d = 30: 8, 8; d = 100: 7, 7. At
  /// n = 512 the forms are equal from d = 40 on.
  static let largestFullDimension = 32

  /// The form for a dimension.
  package static func best(dimension: Int) -> CovarianceForm {
    dimension <= largestFullDimension ? .full : .lowRank
  }
}
