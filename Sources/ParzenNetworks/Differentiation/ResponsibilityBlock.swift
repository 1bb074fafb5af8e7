import ParzenKernels

/// Points of several contexts, each coordinate by coordinate: coordinate i of context b begins at (b * d + i) * count.
package struct PointBlock<Scalar: KernelScalar>: @unchecked Sendable {
  package let pointer: UnsafePointer<Scalar>
  /// Points in each context.
  package let count: Int

  package init(_ pointer: UnsafePointer<Scalar>, count: Int) {
    self.pointer = pointer
    self.count = count
  }

  /// The points of one context alone.
  func context(_ index: Int, dimension: Int) -> PointBlock {
    PointBlock(pointer + index * dimension * count, count: count)
  }
}

/// The samples of a network's contexts.
package enum SamplePoints<Scalar: KernelScalar> {
  /// In the precision of the network.
  case exact(PointBlock<Scalar>)
  /// Rounded to Float32, for passes without gradients: half the memory, and a multiple of the speed. Sums over samples are
  /// in Float64 all the same.
  case rounded(PointBlock<Float>)

  /// Samples in each context.
  var count: Int {
    switch self {
    case .exact(let points): points.count
    case .rounded(let points): points.count
    }
  }
}

/// Functions of a point in which the logits of cells are linear.
enum PointFeatures: Sendable, Hashable {
  /// 1, y_i and y_i y_j for i <= j: any Gaussian.
  case quadratic
  /// 1, y_i and |y|^2: isotropic Gaussians.
  case norm

  func count(dimension d: Int) -> Int {
    switch self {
    case .quadratic: 1 + d + d * (d + 1) / 2
    case .norm: d + 2
    }
  }
}

/// Working memory for the responsibilities of the cells' components for a block of points, `blockLength` at a time: the
/// features and the logits of a block stay in the second-level cache, and no array grows with the number of points.
final class ResponsibilityBlock<Scalar: KernelScalar>: @unchecked Sendable {
  static var blockLength: Int { 128 }

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
  private let arena = Arena<Scalar>()

  init(_ cells: Cells, features map: PointFeatures = .quadratic) {
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
  }

  /// The point ranges of consecutive blocks.
  static func blocks(_ range: Range<Int>) -> some Sequence<Range<Int>> {
    stride(from: range.lowerBound, to: range.upperBound, by: blockLength).lazy.map {
      $0..<min($0 + blockLength, range.upperBound)
    }
  }

  /// Features, responsibilities and log normalisers of the points in `range` (at most `blockLength`).
  ///
  /// - Parameters:
  ///   - points: first coordinate of the first point; coordinates follow each other by `stride`.
  ///   - parameters: natural parameters of the cells, featureCount x cells.
  ///   - addLogits: adds what is not linear in the features to the logits, cells x count.
  func load(
    _ range: Range<Int>, points: UnsafePointer<Scalar>, stride: Int, parameters: UnsafePointer<Scalar>,
    addLogits: (UnsafeMutablePointer<Scalar>) -> Void = { _ in }
  ) {
    count = range.count
    let kernels = Scalar.kernels
    switch map {
    case .quadratic:
      kernels.quadratic_features(count, cells.dimension, points + range.lowerBound, stride, features)
    case .norm:
      kernels.norm_features(count, cells.dimension, points + range.lowerBound, stride, features)
    }
    Scalar.multiply(
      transposeA: true, transposeB: false, rows: cells.count, columns: count, inner: featureCount, alpha: 1,
      parameters, strideA: cells.count, features, strideB: count, beta: 0, responsibilities, strideC: count)
    addLogits(responsibilities)
    kernels.responsibilities_forward(cells.heads, cells.components, count, responsibilities, logNormaliser)
  }

  /// target (featureCount x cells) = beta * target + left (featureCount x count) times right^T (right: cells x count).
  func addProducts(
    _ left: UnsafePointer<Scalar>, _ right: UnsafePointer<Scalar>, beta: Scalar,
    to target: UnsafeMutablePointer<Scalar>
  ) {
    Scalar.multiply(
      transposeA: false, transposeB: true, rows: featureCount, columns: cells.count, inner: count, alpha: 1,
      left, strideA: count, right, strideB: count, beta: beta, target, strideC: cells.count)
  }
}
