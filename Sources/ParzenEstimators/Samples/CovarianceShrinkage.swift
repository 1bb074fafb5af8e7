import ParzenCore
import ParzenPlatform

/// The shrinkage of very few samples' covariance towards that of uncorrelated columns.
///
/// Shrinking is what an estimate that follows every affine map cannot do: it takes the columns for
/// meaningful. With few samples a dimension that is worth more than the equivariance, since their covariance
/// is then mostly noise.
enum CovarianceShrinkage {
  /// The share r by which the correlation matrix R of the samples is replaced by that of uncorrelated
  /// columns, (1 - r) R + r I.
  ///
  /// Of a grid of shares, the one of the highest likelihood of every sample under the Gaussian of all others
  /// (Hoffbeck & Landgrebe, IEEE Trans. Pattern Anal. Mach. Intell. 18, 1996). Counts of samples are as good
  /// as repetitions.
  ///
  /// - Parameters:
  ///   - columns: samples in whitened coordinates.
  ///   - isUnjudged: whether nothing judges the outcome. From two samples a dimension on, it is then 0 unless
  ///     the gain is above two standard errors: a few outliers, to which a narrow Gaussian gives no chance,
  ///     do not decide. From five on, it is 0.
  /// - Complexity: O(n d) time.
  static func share(_ columns: SampleColumns<Double>, whitening: Whitening, isUnjudged: Bool) -> Double {
    let (n, d) = (columns.total, Double(whitening.dimension))
    guard !isUnjudged || n < Self.samplesPerDimension * d, n > 2 else { return 0 }
    let samples = PrincipalSamples(columns, whitening)
    let unshrunk = samples.logLikelihoods(share: 0)
    var best = (share: 0.0, gain: 0.0)
    for share in Self.shares {
      let gains = zip(samples.logLikelihoods(share: share), unshrunk).map { $0 - $1 }
      let mean = samples.mean(gains)
      guard mean > best.gain else { continue }
      let variance = samples.mean(gains.map { ($0 - mean) * ($0 - mean) })
      let isClear =
        !isUnjudged || n < Self.undetermined * d
        || mean > 2 * (variance / (n - 1)).squareRoot()
      if isClear { best = (share, mean) }
    }
    return best.share
  }

  private static let samplesPerDimension = 5.0
  /// Below so many samples a dimension, a covariance is hardly determined, and its likelihood no guide.
  private static let undetermined = 2.0
  private static let shares = (0...20).map { pow(10, 0.2 * Double($0) - 4) }
}

/// Standardised samples in the principal axes of their correlation matrix.
struct PrincipalSamples {
  /// The eigenvalues of the correlation matrix.
  let variances: [Double]
  /// Squared coordinates, n x d.
  let squares: Matrix
  /// How many samples each stands for, and their sum n.
  let counts: [Double]
  let total: Double

  /// Below this, the others' covariance is singular to rounding.
  private static let singular = 1e-12

  /// - Parameter columns: samples in whitened coordinates.
  init(_ columns: SampleColumns<Double>, _ whitening: Whitening) {
    variances = whitening.principalVariances
    var squares = columns.points
    let d = variances.count
    for place in squares.elements.indices {
      squares.elements[place] *= squares.elements[place] * variances[place % d]
    }
    self.squares = squares
    total = columns.total
    counts = (0..<columns.count).map(columns.weight)
  }

  func mean(_ values: [Double]) -> Double {
    zip(values, counts).reduce(0) { $0 + $1.0 * $1.1 } / total
  }

  /// The log density of every sample, up to a constant, under the Gaussian of all others.
  ///
  /// Without a sample x the mean moves by -x / (n - 1), and the covariance diag(v) becomes (n - 1) / (n - 2)
  /// diag(v) - n / ((n - 1) (n - 2)) x x^T, of which the determinant and the inverse are known.
  func logLikelihoods(share: Double) -> [Double] {
    let n = total
    let shrunk = variances.map { (1 - share) * (n - 1) / (n - 2) * $0 + share }
    let constant = shrunk.reduce(0) { $0 + log($1) }
    let own = (1 - share) * n / ((n - 1) * (n - 2))
    let shift = n * n / ((n - 1) * (n - 1))
    return (0..<squares.rows).map { row in
      let square = zip(squares[row: row], shrunk).reduce(0) { $0 + $1.0 / $1.1 }
      let rest = max(1 - own * square, Self.singular)
      return -0.5 * (constant + log(rest) + shift * square / rest)
    }
  }
}
