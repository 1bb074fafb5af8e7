import ParzenKernels

/// Farthest-point selection: the most central sample, then again and again the one farthest from all chosen so far.
///
/// It depends neither on the order of the samples nor on rotations of them, except where distances tie exactly.
/// Source: T. F. Gonzalez, Theoretical Computer Science 38 (1985).
///
/// - Parameters:
///   - samples: points of one context, coordinate by coordinate; must not be empty.
///   - anchors: receives count x dimension coordinates, row by row.
/// - Complexity: O(count * samples * dimension) time, O(samples) memory.
package func selectAnchors<Scalar: KernelScalar>(
  _ count: Int, from samples: PointBlock<Scalar>, dimension: Int, into anchors: UnsafeMutablePointer<Scalar>
) {
  let n = samples.count
  let kernels = Scalar.kernels
  withUnsafeTemporaryAllocation(of: Scalar.self, capacity: n) { distance in
    let distance = distance.baseAddress!
    var place = 0
    var smallest = Scalar.infinity
    for p in 0..<n {
      distance[p] = .infinity
      var squared = Scalar(0)
      for i in 0..<dimension {
        let coordinate = samples.pointer[i * n + p]
        squared += coordinate * coordinate
      }
      if squared < smallest {
        smallest = squared
        place = p
      }
    }
    for anchor in 0..<count {
      let centre = anchors + anchor * dimension
      for i in 0..<dimension { centre[i] = samples.pointer[i * n + place] }
      place = kernels.farthest_point(n, dimension, samples.pointer, n, centre, distance)
    }
  }
}

/// The same anchors in a new array, count x dimension.
package func selectAnchors<Scalar: KernelScalar>(
  _ count: Int, from samples: PointBlock<Scalar>, dimension: Int
) -> [Scalar] {
  [Scalar](unsafeUninitializedCapacity: count * dimension) { anchors, initialised in
    selectAnchors(count, from: samples, dimension: dimension, into: anchors.baseAddress!)
    initialised = count * dimension
  }
}
