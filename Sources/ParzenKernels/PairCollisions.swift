import CParzenKernels

/// The pairwise collision rates of the Landau equation for n particles with velocities v_i and scores s_i:
///
///     rate_i = sum_j |z|^gamma (|z|^2 D - z (z . D)),   z = v_i - v_j,   D = s_i - s_j.
///
/// The terms of a pair are opposite to the bit, so the rates sum to zero up to the rounding of their sums.
/// Results do not depend on the number of threads.
///
/// - Parameters:
///   - velocities: v, n x d, row by row.
///   - scores: s, n x d.
///   - dimension: d, 2 or 3.
///   - exponent: gamma; 0 and -3 are the fastest, by factors of about 10 and 4.
///   - threads: the most threads to use.
///   - kernels: the instruction set's function table.
/// - Returns: the rates, n x d.
/// - Complexity: O(n^2 d) time, O(n d) memory: no pair is stored.
package func pairCollisionRates<Scalar: KernelScalar>(
  velocities: [Scalar], scores: [Scalar], dimension: Int, exponent: Double, threads: Int,
  kernels: ParzenKernelTable = Scalar.kernels
) -> [Scalar] {
  precondition(dimension == 2 || dimension == 3, "collisions are computed in 2 or 3 dimensions")
  precondition(
    velocities.count == scores.count && velocities.count % dimension == 0, "one score per velocity")
  let particles = velocities.count / dimension
  return [Scalar](unsafeUninitializedCapacity: velocities.count) { rates, count in
    count = velocities.count
    velocities.withUnsafeBufferPointer { velocities in
      scores.withUnsafeBufferPointer { scores in
        // Each chunk of particles writes to its own rows alone.
        nonisolated(unsafe) let (v, s, rates) = (
          velocities.baseAddress, scores.baseAddress, rates.baseAddress
        )
        concurrentLoop((particles + chunk - 1) / chunk, threads: threads) { index in
          let first = index * chunk
          var shape = ParzenCollisions(
            particles: particles, dimension: dimension, first: first,
            count: min(chunk, particles - first), exponent: exponent)
          kernels.collisions(&shape, v, s, rates! + first * dimension)
        }
      }
    }
  }
}

/// Particles that one call of the kernel takes: a whole number of vectors on every instruction set.
private let chunk = 64
