import ParzenKernels

/// Points of several contexts, each coordinate by coordinate: coordinate i of context b begins at (b * d + i)
/// * count.
package struct PointBlock<Scalar: KernelScalar>: @unchecked Sendable {
  package let pointer: UnsafePointer<Scalar>
  /// Points in each context.
  package let count: Int
  /// One weight for each point, that of a point standing for so many; nil for ones. Only for a single
  /// context.
  package let weights: UnsafePointer<Scalar>?
  /// The sum of the weights.
  package let total: Double

  package init(_ pointer: UnsafePointer<Scalar>, count: Int) {
    self.init(pointer, count: count, weights: nil, total: Double(count))
  }

  /// Points of one context with weights whose sum is `total`.
  package init(
    _ pointer: UnsafePointer<Scalar>, count: Int, weights: UnsafePointer<Scalar>?, total: Double
  ) {
    self.pointer = pointer
    self.count = count
    self.weights = weights
    self.total = total
  }

  /// The points of one context alone.
  package func context(_ index: Int, dimension: Int) -> PointBlock {
    precondition(index == 0 || weights == nil, "only the points of a single context have weights")
    return PointBlock(pointer + index * dimension * count, count: count, weights: weights, total: total)
  }
}

/// The samples of a network's contexts.
package enum SamplePoints<Scalar: KernelScalar> {
  /// In the precision of the network.
  case exact(PointBlock<Scalar>)
  /// Rounded to Float32, for passes without gradients: half the memory, and a multiple of the speed. Sums
  /// over samples are in Float64 all the same.
  case rounded(PointBlock<Float>)
  /// The same of samples that are not all in memory; of one context.
  case streamed(any StreamedPoints)

  /// Samples in each context.
  package var count: Int {
    switch self {
    case .exact(let points): points.count
    case .rounded(let points): points.count
    case .streamed(let points): points.count
    }
  }

  /// The sum of the weights of each context: the number of samples that they stand for.
  package var total: Double {
    switch self {
    case .exact(let points): points.total
    case .rounded(let points): points.total
    case .streamed(let points): points.total
    }
  }

  /// The points, where they can be differentiated.
  package var differentiable: PointBlock<Scalar> {
    guard case .exact(let points) = self, points.weights == nil else {
      preconditionFailure("rounded, streamed and weighted samples have no gradients")
    }
    return points
  }
}

/// The samples of one context that are read a chunk at a time, whenever sums over them are wanted.
package protocol StreamedPoints: Sendable {
  /// How many there are.
  var count: Int { get }
  /// The sum of their weights.
  var total: Double { get }

  /// Sums over all samples, in an order of their own.
  ///
  /// - Parameters:
  ///   - size: how many sums.
  ///   - add: adds to the sums of a chunk.
  /// - Returns: the sums; zeros where reading has failed, which whoever has the samples is told of.
  func sums(
    size: Int, add: @Sendable (PointBlock<Float>, _ sums: UnsafeMutablePointer<Double>) -> Void
  ) -> [Double]
}

/// Sums over the samples of one context, in Float64, so that a million samples lose nothing.
///
/// The samples are cut into groups, and the groups added up in their order. Groups depend on the number of
/// samples alone, and so does the result, whatever the number of threads.
///
/// - Parameters:
///   - size: how many sums.
///   - add: adds to the sums of one group, given its ranges of at most `ResponsibilityBlock.blockLength`
///     samples, and whether it is the only group.
/// - Complexity: O(size) memory for each group, of which there are at most 16.
func sampleSums<Scalar: KernelScalar>(
  _ samples: PointBlock<Scalar>, size: Int, threads: Int,
  add:
    @Sendable (_ ranges: any Sequence<Range<Int>>, _ alone: Bool, _ sums: UnsafeMutablePointer<Double>) ->
    Void
) -> [Double] {
  let length = ResponsibilityBlock<Scalar>.blockLength
  let groups = min(16, (samples.count + 16 * length - 1) / (16 * length))
  let groupLength = (samples.count / length + groups) / groups * length
  let totals = GroupTotals(groups: groups, size: size)
  concurrentLoop(groups, threads: threads) { group in
    let range = min(group * groupLength, samples.count)..<min((group + 1) * groupLength, samples.count)
    add(ResponsibilityBlock<Scalar>.blocks(range), groups == 1, totals[group])
  }
  return (0..<size).map { i in (0..<groups).reduce(0.0) { $0 + totals[$1][i] } }
}

/// Float64 sums, one array for each group of samples.
private final class GroupTotals: @unchecked Sendable {
  private let storage: UnsafeMutableBufferPointer<Double>
  private let size: Int

  init(groups: Int, size: Int) {
    self.size = size
    storage = .allocate(capacity: groups * size)
    storage.initialize(repeating: 0)
  }

  deinit { storage.deallocate() }

  subscript(group: Int) -> UnsafeMutablePointer<Double> { storage.baseAddress! + group * size }
}
