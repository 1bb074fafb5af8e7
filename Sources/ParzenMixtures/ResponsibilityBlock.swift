import ParzenDifferentiation
import ParzenKernels

/// Functions of a point in which the logits of cells are linear.
package enum PointFeatures: Sendable, Hashable {
  /// 1, y_i and y_i y_j for i <= j: any Gaussian.
  case quadratic
  /// 1, y_i and y_i^2: Gaussians with diagonal covariances.
  case diagonal
  /// 1, y_i and |y|^2: isotropic Gaussians.
  case norm

  package func count(dimension d: Int) -> Int {
    switch self {
    case .diagonal: 1 + 2 * d
    case .quadratic: 1 + d + d * (d + 1) / 2
    case .norm: d + 2
    }
  }
}

/// Working memory for the responsibilities of the cells' components for a block of points, `blockLength` at a
/// time: the features and the logits of a block stay in the second-level cache, and no array grows with the
/// number of points.
package final class ResponsibilityBlock<Scalar: KernelScalar>: @unchecked Sendable {
  static var blockLength: Int { 128 }
  /// With so few, moments in one pass take a third to nine tenths of the time that products of matrices do (1
  /// to 64 components, 3 to 153 features, both precisions, AVX2).
  private static var fewComponents: Int { 8 }
  private static var fewFeatures: Int { 36 }

  let cells: Cells
  let featureCount: Int
  private let map: PointFeatures
  /// Points of the block at hand.
  private(set) var count = 0
  /// Features of the points, featureCount x count.
  let features: UnsafeMutablePointer<Scalar>
  /// Responsibilities, cells x count.
  let responsibilities: UnsafeMutablePointer<Scalar>
  /// Log normalisers, heads x count.
  let logNormaliser: UnsafeMutablePointer<Scalar>
  /// Room for a gradient of the responsibilities, cells x count, and of the log normalisers, heads x count.
  let gradient: UnsafeMutablePointer<Scalar>
  let logNormaliserGradient: UnsafeMutablePointer<Scalar>
  /// Room for featureCount + 1 times the larger of count and cells.
  let featureScratch: UnsafeMutablePointer<Scalar>
  /// Working memory of the kernel that takes moments in one pass; nil where products of matrices are faster.
  private let momentScratch: UnsafeMutableRawPointer?
  private let arena = Arena<Scalar>()

  package init(_ cells: Cells, features map: PointFeatures = .quadratic) {
    self.cells = cells
    self.map = map
    featureCount = map.count(dimension: cells.dimension)
    let length = Self.blockLength
    features = arena.allocate(featureCount * length)
    responsibilities = arena.allocate(cells.count * length)
    logNormaliser = arena.allocate(cells.heads * length)
    gradient = arena.allocate(cells.count * length)
    logNormaliserGradient = arena.allocate(cells.heads * length)
    featureScratch = arena.allocate((featureCount + 1) * max(length, cells.count))
    let bytes = Scalar.kernels.feature_moments_scratch(cells.components, featureCount)
    momentScratch =
      cells.components <= Self.fewComponents || featureCount <= Self.fewFeatures
      ? UnsafeMutableRawPointer(arena.allocate(bytes / MemoryLayout<Scalar>.size)) : nil
  }

  /// Working memory for quadratic features.
  convenience init(quadratic cells: Cells) { self.init(cells) }

  /// Working memory of the same kind.
  func another() -> ResponsibilityBlock { ResponsibilityBlock(cells, features: map) }

  /// The point ranges of consecutive blocks.
  static func blocks(_ range: Range<Int>) -> some Sequence<Range<Int>> {
    stride(from: range.lowerBound, to: range.upperBound, by: blockLength).lazy.map {
      $0..<min($0 + blockLength, range.upperBound)
    }
  }

  /// Features, responsibilities and log normalisers of the points in `range` (at most `blockLength`). Where
  /// the points have weights, the responsibilities are multiplied by them.
  ///
  /// - Parameters:
  ///   - samples: the points of one context.
  ///   - parameters: natural parameters of the cells, featureCount x cells.
  ///   - addLogits: adds what is not linear in the features to the logits, cells x count.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func load(
    _ range: Range<Int>, of samples: PointBlock<Scalar>, parameters: UnsafePointer<Scalar>,
    addLogits: (UnsafeMutablePointer<Scalar>) -> Void = { _ in }
  ) {
    loadFeatures(range, of: samples)
    let kernels = Scalar.kernels
    Scalar.multiply(
      transposeA: true, transposeB: false, rows: cells.count, columns: count, inner: featureCount, alpha: 1,
      parameters, strideA: cells.count, features, strideB: count, beta: 0, responsibilities, strideC: count)
    addLogits(responsibilities)
    kernels.responsibilities_forward(cells.heads, cells.components, count, responsibilities, logNormaliser)
    guard let weights = samples.weights else { return }
    for cell in 0..<cells.count {
      let row = responsibilities + cell * count
      for p in 0..<count { row[p] *= weights[range.lowerBound + p] }
    }
  }

  private func loadFeatures(_ range: Range<Int>, of samples: PointBlock<Scalar>) {
    count = range.count
    let kernels = Scalar.kernels
    let points = samples.pointer + range.lowerBound
    switch map {
    case .quadratic:
      kernels.quadratic_features(count, cells.dimension, points, samples.count, features)
    case .diagonal:
      loadDiagonalFeatures(points, stride: samples.count)
    case .norm:
      kernels.norm_features(count, cells.dimension, points, samples.count, features)
    }
  }

  private func loadDiagonalFeatures(_ points: UnsafePointer<Scalar>, stride: Int) {
    features.update(repeating: 1, count: count)
    for i in 0..<cells.dimension {
      let (coordinates, linear) = (points + i * stride, features + (1 + i) * count)
      let square = linear + cells.dimension * count
      for p in 0..<count {
        linear[p] = coordinates[p]
        square[p] = coordinates[p] * coordinates[p]
      }
    }
  }

  /// target (featureCount x cells) = beta * target + left (featureCount x count) times right^T (right: cells
  /// x count).
  func addProducts(
    _ left: UnsafePointer<Scalar>, _ right: UnsafePointer<Scalar>, beta: Scalar,
    to target: UnsafeMutablePointer<Scalar>
  ) {
    Scalar.multiply(
      transposeA: false, transposeB: true, rows: featureCount, columns: cells.count, inner: count, alpha: 1,
      left, strideA: count, right, strideB: count, beta: beta, target, strideC: cells.count)
  }
}

extension ResponsibilityBlock {
  /// Adds the moments of the points in `range` (at most `blockLength`), whose logits are linear in the
  /// features; what is loaded besides is for the caller not to look at.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func addMoments(
    _ range: Range<Int>, of samples: PointBlock<Scalar>, parameters: UnsafePointer<Scalar>,
    to sums: UnsafeMutablePointer<Double>
  ) {
    guard let momentScratch else {
      load(range, of: samples, parameters: parameters)
      addMoments(to: sums)
      return
    }
    loadFeatures(range, of: samples)
    Scalar.kernels.feature_moments(
      cells.heads, cells.components, featureCount, count, features,
      samples.weights.map { $0 + range.lowerBound },
      parameters, momentScratch, sums)
  }

  /// Adds the moments of the loaded points, sums of responsibility times features and log normaliser:
  /// (featureCount + 1) x cells.
  func addMoments(to sums: UnsafeMutablePointer<Double>) {
    addProducts(features, responsibilities, beta: 0, to: featureScratch)
    let likelihoods = featureScratch + featureCount * cells.count
    for head in 0..<cells.heads {  // 1 x components: the log normalisers times the responsibilities
      let first = head * cells.components
      Scalar.multiply(
        transposeA: false, transposeB: true, rows: 1, columns: cells.components, inner: count, alpha: 1,
        logNormaliser + head * count, strideA: count, responsibilities + first * count, strideB: count,
        beta: 0, likelihoods + first, strideC: cells.components)
    }
    Scalar.kernels.add_to_totals((featureCount + 1) * cells.count, featureScratch, sums)
  }

  /// `gradient` and `logNormaliserGradient` from the gradients of the moments, (featureCount + 1) x cells.
  func differentiateMoments(_ dmoments: UnsafePointer<Scalar>) {
    Scalar.multiply(
      transposeA: true, transposeB: false, rows: cells.count, columns: count, inner: featureCount, alpha: 1,
      dmoments, strideA: cells.count, features, strideB: count, beta: 0, gradient, strideC: count)
    let dlikelihoods = dmoments + featureCount * cells.count
    for head in 0..<cells.heads {
      let first = head * cells.components
      Scalar.multiply(  // the likelihood moment: through the responsibilities ...
        transposeA: true, transposeB: false, rows: cells.components, columns: count, inner: 1, alpha: 1,
        dlikelihoods + first, strideA: cells.components, logNormaliser + head * count, strideB: count,
        beta: 1, gradient + first * count, strideC: count)
      Scalar.multiply(  // ... and through the log normaliser itself
        transposeA: false, transposeB: false, rows: 1, columns: count, inner: cells.components, alpha: 1,
        dlikelihoods + first, strideA: cells.components, responsibilities + first * count, strideB: count,
        beta: 0, logNormaliserGradient + head * count, strideC: count)
    }
  }

  /// Turns `gradient`, that of the responsibilities, into that of the logits.
  func differentiateResponsibilities() {
    Scalar.kernels.responsibilities_backward(
      cells.heads, cells.components, count, responsibilities, logNormaliserGradient, gradient)
  }
}
