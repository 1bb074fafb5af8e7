import ParzenKernels

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
