import ParzenKernels

/// Farthest-point selection: the most central sample, then again and again the one farthest from all chosen
/// so far, until there are enough, or all distinct samples are chosen.
///
/// Distances that are equal but for rounding tie, and of tied samples the first is chosen. So where samples
/// stand in an order of their values, as `SampleMoments` has them, the choice is a rule of values: it
/// depends neither on the order of the rows in a file nor, without ties, on rotations of the samples.
///
/// Source: T. F. Gonzalez, Theoretical Computer Science 38 (1985).
///
/// - Parameters:
///   - samples: points of one context, coordinate by coordinate; must not be empty.
///   - anchors: receives at most count x dimension coordinates, row by row.
/// - Returns: the number of anchors.
/// - Complexity: O(count * samples * dimension) time, O(samples) memory.
package func selectAnchors<Scalar: KernelScalar>(
  _ count: Int, from samples: PointBlock<Scalar>, dimension: Int, into anchors: UnsafeMutablePointer<Scalar>
) -> Int {
  let n = samples.count
  let kernels = Scalar.kernels
  return withUnsafeTemporaryAllocation(of: Scalar.self, capacity: n) { distance in
    let distance = distance.baseAddress!
    var place = central(samples, dimension: dimension)
    for p in 0..<n { distance[p] = .infinity }
    for anchor in 0..<count {
      // Distances are zero only when every distinct sample is an anchor.
      guard distance[place] > 0 else { return anchor }
      let centre = anchors + anchor * dimension
      for i in 0..<dimension { centre[i] = samples.pointer[i * n + place] }
      place = kernels.farthest_point(n, dimension, samples.pointer, n, centre, distance)
    }
    return count
  }
}

/// The first of the samples with the least distance from the origin, to rounding.
private func central<Scalar: KernelScalar>(_ samples: PointBlock<Scalar>, dimension: Int) -> Int {
  let n = samples.count
  func squaredNorm(_ p: Int) -> Scalar {
    var squared = Scalar(0)
    for i in 0..<dimension { squared += samples.pointer[i * n + p] * samples.pointer[i * n + p] }
    return squared
  }
  var smallest = Scalar.infinity
  for p in 0..<n { smallest = min(smallest, squaredNorm(p)) }
  // A mean is off by some ulps of the largest coordinates, which are of the order of one: so are distances
  // from it.
  let bound = smallest + 64 * Scalar.ulpOfOne * max(smallest, smallest.squareRoot())
  return (0..<n).first { squaredNorm($0) <= bound } ?? 0
}

/// The same anchors in a new array, k x dimension with k <= count.
package func selectAnchors<Scalar: KernelScalar>(
  atMost count: Int, from samples: PointBlock<Scalar>, dimension: Int
) -> [Scalar] {
  [Scalar](unsafeUninitializedCapacity: count * dimension) { anchors, initialised in
    initialised =
      selectAnchors(count, from: samples, dimension: dimension, into: anchors.baseAddress!) * dimension
  }
}
