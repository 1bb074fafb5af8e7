import CParzenKernels

/// The parameters of a mixture of normal laws on the line in the form that the kernel reads.
package struct NormalMixtureKernel: Sendable, Hashable {
  /// The unit of the density: the smallest standard deviation.
  package let unit: Double
  private let weights: [Double]
  private let means: [Double]
  private let rates: [Double]
  private let slopes: [Double]

  /// - Parameter deviations: positive ones, as many as weights and means.
  package init(weights: [Double], means: [Double], deviations: [Double]) {
    precondition(weights.count == means.count && means.count == deviations.count)
    let unit = deviations.min() ?? 1
    (self.unit, self.weights, self.means) = (unit, weights, means)
    rates = deviations.map { 1 / $0 }
    slopes = deviations.map { unit / $0 }
  }

  /// Writes the probabilities below all points and above them; with the density, in the unit, also this and
  /// its derivative. A point's results do not depend on its neighbours.
  ///
  /// - Parameters:
  ///   - points: numbers, or infinities.
  ///   - result: 2 x count, or 4 x count with the density.
  /// - Complexity: O(count K).
  package func evaluate(
    _ count: Int, points: UnsafePointer<Double>, density: Bool, result: UnsafeMutablePointer<Double>,
    kernels: ParzenKernelTable = Double.kernels
  ) {
    weights.withUnsafeBufferPointer { weights in
      means.withUnsafeBufferPointer { means in
        rates.withUnsafeBufferPointer { rates in
          slopes.withUnsafeBufferPointer { slopes in
            var mixture = ParzenNormalMixture(
              components: weights.count, weights: weights.baseAddress, means: means.baseAddress,
              rates: rates.baseAddress, slopes: slopes.baseAddress)
            kernels.normal_mixture(&mixture, density ? 1 : 0, count, points, result)
          }
        }
      }
    }
  }
}
