import ParzenCore
import ParzenPlatform

/// The affine map that gives samples mean zero and the identity covariance, z = ((x - mean) / scale) W.
///
/// Columns are first standardised, so that their units play no part; W = V diag(lambda)^(-1/2) from the
/// eigenvectors of the correlation matrix, times V^T in the symmetric form. The two, like any other
/// whitening, differ by a rotation, to which the mixture transformer is equivariant.
///
/// **Singular data.** Where a column is constant or (to within 1e-6 of its standard deviation) a linear
/// function of others, no density exists in d dimensions. That is an error which names the columns;
/// `regularise` in the estimators adds a little noise to such columns first.
///
/// ```swift
/// let whitening = try Whitening(samples: samples)
/// let whitened = try whitening.whiten(samples)
/// ```
public struct Whitening: Sendable {
  /// The mean of every column, d values.
  public let mean: [Double]
  /// What is lost of the mean when it is rounded: beside a large offset it counts.
  let meanRemainder: [Double]
  /// The standard deviation of every column, d values.
  public let scale: [Double]
  /// W, d x d.
  public let forward: Matrix
  /// The inverse of W: (x - mean) / scale = z inverse.
  public let inverse: Matrix
  /// log of the absolute determinant of x -> z: log f(x) = log f(z) + this.
  public let logDeterminant: Double
  /// The principal axes of the standardised columns, one a column, and the variances along them, in ascending
  /// order.
  let axes: Matrix
  let principalVariances: [Double]
  let form: Form

  /// Which of all whitenings, which differ by rotations.
  public enum Form: String, Sendable, Codable {
    /// W = V diag(lambda)^(-1/2): along the principal axes.
    case principal
    /// W = V diag(lambda)^(-1/2) V^T: as near to the standardised columns as possible.
    case symmetric
  }

  /// The dimension d.
  public var dimension: Int { mean.count }

  /// The whitening of n samples (n x d).
  ///
  /// - Parameters:
  ///   - weights: one non-negative weight per sample; ones when nil.
  ///   - form: which whitening.
  /// - Throws: `ParzenError.unusableSamples`, with the columns named, if the samples are singular; if there
  ///   are fewer than d + 2, or if all are identical.
  /// - Complexity: O(n d^2 + d^3) time, O(n d) memory.
  public init(
    samples: Matrix, sampleWeights: SampleWeights? = nil, form: Form = .principal
  ) throws(ParzenError) {
    try self.init(SampleMoments(samples, weights: sampleWeights), form: form)
  }

  init(_ moments: SampleMoments, form: Form = .principal) throws(ParzenError) {
    let samples = moments.samples
    let d = samples.columns
    try Self.checkCount(moments)
    let mean = moments.mean
    let scale = moments.columnDeviations()
    guard scale.allSatisfy({ $0 > 0 }),
      let eigen = SymmetricEigendecomposition(moments.correlation(scale: scale)),
      eigen.values[0] > Self.smallestEigenvalue * eigen.values[d - 1]
    else { throw Self.singular(samples) }
    self.init(
      mean: mean, meanRemainder: moments.meanRemainder, scale: scale, axes: eigen.vectors,
      variances: eigen.values,
      form: form)
  }

  /// The principal whitening with correlations shrunk by a share, which samples need not determine.
  ///
  /// - Throws: `ParzenError.unusableSamples` where a column is constant.
  init(_ moments: SampleMoments, shrunkBy share: Double) throws(ParzenError) {
    let scale = moments.columnDeviations()
    guard scale.allSatisfy({ $0 > 0 }) else { throw Self.singular(moments.samples) }
    var correlation = moments.correlation(scale: scale)
    for i in scale.indices {
      for j in scale.indices { correlation[i, j] *= i == j ? 1 : 1 - share }
    }
    guard let eigen = SymmetricEigendecomposition(correlation) else { throw Self.singular(moments.samples) }
    self.init(
      mean: moments.mean, meanRemainder: moments.meanRemainder, scale: scale, axes: eigen.vectors,
      variances: eigen.values, form: .principal)
  }

  /// The principal whitening of samples of which mean and covariance are known; nil where the covariance is
  /// singular to rounding.
  init?(mean: [Double], covariance: Matrix) {
    let d = mean.count
    let scale = (0..<d).map { covariance[$0, $0].squareRoot() }
    guard scale.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    var correlation = covariance
    for i in 0..<d { for j in 0..<d { correlation[i, j] /= scale[i] * scale[j] } }
    guard let eigen = SymmetricEigendecomposition(correlation),
      eigen.values[0] > Self.smallestEigenvalue * eigen.values[d - 1]
    else { return nil }
    self.init(
      mean: mean, meanRemainder: [Double](repeating: 0, count: d), scale: scale, axes: eigen.vectors,
      variances: eigen.values, form: .principal)
  }

  /// - Parameters:
  ///   - axes: the principal axes of the standardised columns, one a column.
  ///   - variances: those along the axes.
  init(
    mean: [Double], meanRemainder: [Double], scale: [Double], axes: Matrix, variances: [Double], form: Form
  ) {
    let d = mean.count
    var forward = Matrix(rows: d, columns: d)
    var inverse = forward
    var logDeterminant = 0.0
    for j in 0..<d {
      let root = variances[j].squareRoot()
      logDeterminant -= log(root) + log(scale[j])
      for i in 0..<d {
        forward[i, j] = axes[i, j] / root
        inverse[j, i] = axes[i, j] * root
      }
    }
    switch form {
    case .principal: break
    case .symmetric:
      forward = forward * axes.transposed
      inverse = axes * inverse
    }
    self.mean = mean
    self.meanRemainder = meanRemainder
    self.scale = scale
    self.forward = forward
    self.inverse = inverse
    self.logDeterminant = logDeterminant
    self.axes = axes
    self.form = form
    principalVariances = variances
  }

  /// The principal whitening of samples whose correlation matrix R were (1 - share) R + share I.
  func shrunk(by share: Double) -> Whitening {
    Whitening(
      mean: mean, meanRemainder: meanRemainder, scale: scale, axes: axes,
      variances: principalVariances.map { (1 - share) * $0 + share },
      form: .principal)
  }

  /// Throws where there are fewer than d + 2 samples.
  static func checkCount(_ moments: SampleMoments) throws(ParzenError) {
    let (rows, d) = (Int(moments.sufficientCount), moments.samples.columns)
    guard moments.sufficientCount >= Double(d + 2) else {
      throw .unusableSamples(
        "\(rows) samples are too few for \(d) dimensions: at least \(d + 2) are needed"
          + (d > rows ? " (rows are points and columns are dimensions: is the table transposed?)" : ""))
    }
  }

  /// The map that changes nothing.
  static func identity(_ dimension: Int) -> Whitening {
    let ones = [Double](repeating: 1, count: dimension)
    let zeros = [Double](repeating: 0, count: dimension)
    return Whitening(
      mean: zeros, meanRemainder: zeros, scale: ones, axes: .identity(dimension), variances: ones,
      form: .principal)
  }

  private static let farthest = 1e200
  /// Eigenvalues of the correlation matrix below this part of the largest count as zero: some hundred times
  /// their rounding errors, since coordinates are divided by their roots. `SampleDiagnosis.tolerance` is for
  /// advice to people, and so much larger; where only products are taken, as by `KernelShape`, rounding alone
  /// decides.
  private static let smallestEigenvalue = 1e-13

  private static func singular(_ samples: Matrix) -> ParzenError {
    do throws(ParzenError) {
      try SampleDiagnosis(samples).check(samples, remedy: "use `regularise`, which adds a little noise")
    } catch {
      return error
    }
    return .unusableSamples(
      "the columns are linearly dependent to rounding: leave one out, or add a little noise")
  }

  /// Whitened coordinates of points, m x d. Coordinates beyond 1e200 standard deviations are taken to be
  /// there, so that the result is finite where the points are.
  ///
  /// - Throws: `ParzenError.dimensionMismatch` for points of another dimension.
  /// - Complexity: O(m d^2).
  public func whiten(_ points: Matrix) throws(ParzenError) -> Matrix {
    guard points.columns == dimension else {
      throw .dimensionMismatch(expected: dimension, found: points.columns)
    }
    return whitened(points)
  }

  /// The same of points that have this dimension.
  package func whitened(_ points: Matrix) -> Matrix {
    var standardised = points
    let d = dimension
    standardised.elements.withUnsafeMutableBufferPointer { elements in
      for row in stride(from: 0, to: elements.count, by: d) {
        for i in 0..<d {
          let coordinate = ((elements[row + i] - mean[i]) - meanRemainder[i]) / scale[i]
          elements[row + i] =
            abs(coordinate) > Self.farthest ? copysign(Self.farthest, coordinate) : coordinate
        }
      }
    }
    return standardised * forward
  }

  /// Scores in whitened coordinates, m x d, of scores in the units of the data: s_z = (s scale) W^-T.
  package func whitenScores(_ scores: Matrix) -> Matrix {
    var scaled = scores
    let d = dimension
    for index in scaled.elements.indices { scaled.elements[index] *= scale[index % d] }
    return scaled * inverse.transposed
  }

  /// An evaluation in whitened coordinates, in the units of the data.
  func unwhiten(_ evaluation: DensityEvaluation) -> DensityEvaluation {
    DensityEvaluation(
      logDensity: evaluation.logDensity.map { $0 + logDeterminant },
      score: unwhitenScores(evaluation.score))
  }

  /// Scores in the units of the data, m x d, of scores in whitened coordinates: s = (s_z W^T) / scale.
  func unwhitenScores(_ scores: Matrix) -> Matrix {
    var result = scores * forward.transposed
    let d = dimension
    result.elements.withUnsafeMutableBufferPointer { elements in
      for row in stride(from: 0, to: elements.count, by: d) {
        for i in 0..<d { elements[row + i] /= scale[i] }
      }
    }
    return result
  }

  /// The affine map z -> x as a matrix applied to columns, x = A z + mean: A = diag(scale) W^-T.
  var unwhiteningMatrix: Matrix {
    var result = inverse.transposed
    for i in 0..<dimension { for j in 0..<dimension { result[i, j] *= scale[i] } }
    return result
  }
}
