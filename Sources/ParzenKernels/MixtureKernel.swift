import CParzenKernels

/// The parameters of a mixture of Gaussians in the form that the kernel reads.
package struct MixtureKernel<Scalar: KernelScalar>: Sendable, Equatable {
  /// The number d of dimensions.
  package let dimension: Int
  /// Whether `factors` holds diagonals.
  package let isDiagonal: Bool
  /// The means, K x d.
  package let means: [Scalar]
  /// Per component, the factor W of the precision W^T W: the rows of its lower triangle one after the other,
  /// or its diagonal.
  package let factors: [Scalar]
  /// Per component, log weight + log det W - (d / 2) log(2 pi).
  package let constants: [Scalar]

  package init(dimension: Int, isDiagonal: Bool, means: [Scalar], factors: [Scalar], constants: [Scalar]) {
    let factorCount = isDiagonal ? dimension : dimension * (dimension + 1) / 2
    precondition(!constants.isEmpty && means.count == constants.count * dimension)
    precondition(factors.count == constants.count * factorCount)
    self.dimension = dimension
    self.isDiagonal = isDiagonal
    self.means = means
    self.factors = factors
    self.constants = constants
  }

  /// Writes the log density of m queries (m x d) and, unless `score` is nil, their scores (m x d).
  ///
  /// A query's result does not depend on its neighbours, nor on the number of threads.
  ///
  /// - Complexity: O(m K d^2), or O(m K d) if diagonal; memory O(threads * K * d) beside the results.
  package func evaluate(
    _ count: Int, queries: UnsafePointer<Scalar>, logDensity: UnsafeMutablePointer<Scalar>,
    score: UnsafeMutablePointer<Scalar>?, threads: Int, kernels: ParzenKernelTable = Scalar.kernels
  ) {
    let block = 2048
    let kernel = kernels.mixture!
    nonisolated(unsafe) let (queries, logDensity, score) = (queries, logDensity, score)
    withParameters { parameters in
      nonisolated(unsafe) let mixture = parameters
      concurrentLoop((count + block - 1) / block, threads: threads) { index in
        let start = index * block
        withUnsafePointer(to: mixture) { mixture in
          withUnsafeTemporaryAllocation(
            byteCount: kernels.mixture_scratch(mixture), alignment: 64
          ) { scratch in
            kernel(
              mixture, min(block, count - start), queries + start * dimension, logDensity + start,
              score.map { $0 + start * dimension }, scratch.baseAddress)
          }
        }
      }
    }
  }

  /// Writes the log densities of m queries (m x d) under every component alone, still multiplied by its
  /// weight, K x m.
  ///
  /// - Complexity: as above.
  package func evaluateComponents(
    _ count: Int, queries: UnsafePointer<Scalar>, logDensities: UnsafeMutablePointer<Scalar>,
    kernels: ParzenKernelTable = Scalar.kernels
  ) {
    let factorCount = factors.count / constants.count
    withParameters { parameters in
      var component = parameters
      component.components = 1
      withUnsafeTemporaryAllocation(byteCount: kernels.mixture_scratch(&component), alignment: 64) {
        scratch in
        for k in constants.indices {
          kernels.mixture!(
            &component, count, queries, logDensities + k * count, nil, scratch.baseAddress)
          component.means = component.means! + dimension * MemoryLayout<Scalar>.size
          component.factors = component.factors! + factorCount * MemoryLayout<Scalar>.size
          component.constants = component.constants! + MemoryLayout<Scalar>.size
        }
      }
    }
  }

  private func withParameters(_ body: (ParzenMixture) -> Void) {
    means.withUnsafeBufferPointer { means in
      factors.withUnsafeBufferPointer { factors in
        constants.withUnsafeBufferPointer { constants in
          body(
            ParzenMixture(
              components: constants.count, dimension: dimension, diagonal: isDiagonal ? 1 : 0,
              means: means.baseAddress, factors: factors.baseAddress, constants: constants.baseAddress))
        }
      }
    }
  }
}
