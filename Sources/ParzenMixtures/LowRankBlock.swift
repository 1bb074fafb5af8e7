import ParzenDifferentiation
import ParzenKernels

/// Natural parameters of one context's low-rank cells, and the probe vectors of their second moments.
struct LowRankBlockParameters<Scalar: KernelScalar>: Sendable {
  /// (d + 2) x cells.
  var features: [Scalar]
  /// d x rank * cells, both.
  var directions: [Scalar]
  var probes: [Scalar]
}

/// Where the moments of low-rank cells stand in one array, and their gradients: [1, x, |x|^2, log
/// normaliser][cell], squares (v_q . x)^2 [head][rank][component], and products x (x . p_q)
/// [i][head][rank][component].
struct LowRankMomentLayout {
  let squares: Int
  let products: Int
  let count: Int

  init(_ cells: Cells) {
    squares = (cells.dimension + 3) * cells.count
    products = squares + cells.vectorCount
    count = products + cells.dimension * cells.vectorCount
  }
}

/// A `ResponsibilityBlock` for low-rank cells, with the projections of its points on the cells' directions
/// and probes. All products are of matrices with d x (a few * cells) elements.
final class LowRankBlock<Scalar: KernelScalar>: @unchecked Sendable {
  private let cells: Cells
  private let layout: LowRankMomentLayout
  private let parameters: LowRankBlockParameters<Scalar>
  private let block: ResponsibilityBlock<Scalar>
  /// Projections on the directions and on the probes, rank * cells x count, and room for gradients of the
  /// latter.
  private let onDirections: UnsafeMutablePointer<Scalar>
  private let onProbes: UnsafeMutablePointer<Scalar>
  private let onGradients: UnsafeMutablePointer<Scalar>
  /// Room for squares and products of one block.
  private let sums: UnsafeMutablePointer<Scalar>
  private let arena = Arena<Scalar>()
  private let kernels = Scalar.kernels

  init(_ cells: Cells, parameters: LowRankBlockParameters<Scalar>) {
    self.cells = cells
    self.parameters = parameters
    layout = LowRankMomentLayout(cells)
    block = ResponsibilityBlock(cells, features: .norm)
    let projections = cells.vectorCount * ResponsibilityBlock<Scalar>.blockLength
    onDirections = arena.allocate(projections)
    onProbes = arena.allocate(projections)
    onGradients = arena.allocate(projections)
    sums = arena.allocate(layout.count - layout.squares)
  }

  /// Responsibilities and projections of the samples in `range`.
  func load(_ range: Range<Int>, of samples: PointBlock<Scalar>) {
    block.load(
      range, of: samples, parameters: parameters.features
    ) { logits in
      project(on: parameters.directions, into: onDirections)
      kernels.addLowRankLogits(cells, points: range.count, projections: onDirections, to: logits)
    }
    project(on: parameters.probes, into: onProbes)
  }

  /// Adds the moments of the loaded points.
  func addMoments(to totals: UnsafeMutablePointer<Double>) {
    block.addMoments(to: totals)
    kernels.lowRankProducts(
      cells, points: block.count, responsibilities: block.responsibilities, projections: onDirections,
      probed: onProbes, squares: sums)
    addOuterProducts(onProbes, beta: 0, to: sums + cells.vectorCount)
    kernels.add_to_totals(layout.count - layout.squares, sums, totals + layout.squares)
  }

  /// Adds the gradients of features, directions and probes, given those of the moments, for the loaded
  /// points.
  func addGradients(
    dmoments: UnsafePointer<Scalar>, features: UnsafeMutablePointer<Scalar>,
    directions: UnsafeMutablePointer<Scalar>, probes: UnsafeMutablePointer<Scalar>
  ) {
    let dsquares = dmoments + layout.squares
    block.differentiateMoments(dmoments)
    project(on: dmoments + layout.products, into: onGradients)
    kernels.differentiateLowRankProducts(
      cells, points: block.count, responsibilities: block.responsibilities, projections: onDirections,
      probed: onProbes, dsquares: dsquares, weight: onGradients, into: block.gradient)
    block.differentiateResponsibilities()
    kernels.differentiateLowRankLogits(
      cells, points: block.count, responsibilities: block.responsibilities, dlogits: block.gradient,
      dsquares: dsquares, projections: onDirections)
    block.addProducts(block.features, block.gradient, beta: 1, to: features)
    addOuterProducts(onDirections, beta: 1, to: directions)
    addOuterProducts(onGradients, beta: 1, to: probes)
  }

  /// The coordinates of the points: all features but the first and the last.
  private var coordinates: UnsafePointer<Scalar> { UnsafePointer(block.features + block.count) }

  /// vectors^T (rank * cells x d) times the coordinates (d x count).
  private func project(on vectors: UnsafePointer<Scalar>, into result: UnsafeMutablePointer<Scalar>) {
    Scalar.multiply(
      transposeA: true, transposeB: false, rows: cells.vectorCount, columns: block.count,
      inner: cells.dimension, alpha: 1, vectors, strideA: cells.vectorCount, coordinates,
      strideB: block.count, beta: 0, result, strideC: block.count)
  }

  /// target (d x rank * cells) = beta * target + coordinates times weights^T (weights: rank * cells x count).
  private func addOuterProducts(
    _ weights: UnsafePointer<Scalar>, beta: Scalar, to target: UnsafeMutablePointer<Scalar>
  ) {
    Scalar.multiply(
      transposeA: false, transposeB: true, rows: cells.dimension, columns: cells.vectorCount,
      inner: block.count, alpha: 1, coordinates, strideA: block.count, weights, strideB: block.count,
      beta: beta, target, strideC: cells.vectorCount)
  }
}
