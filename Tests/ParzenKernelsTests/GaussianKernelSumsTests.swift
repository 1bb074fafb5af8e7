import CParzenKernels
import Foundation
import ParzenCore
import Testing

@testable import ParzenKernels

@Suite struct GaussianKernelSumsTests {
  /// Every instruction set and shape: tiles and blocks that are full, that are not, and of one element.
  private static let cases = availableInstructionSets.flatMap { set in
    [(1, 1, 1), (1, 64, 2), (7, 63, 3), (33, 131, 4), (64, 5, 5), (130, 200, 9), (3, 70, 40)].map {
      (set, $0)
    }
  }

  @Test(arguments: cases)
  func equalsADoubleLoop(set: InstructionSet, shape: (m: Int, n: Int, d: Int)) {
    compare(Double.self, set: set, shape: shape, tolerance: 1e-11)
    compare(Float.self, set: set, shape: shape, tolerance: 3e-4)
  }

  private func compare<Scalar: KernelScalar>(
    _: Scalar.Type, set: InstructionSet, shape: (m: Int, n: Int, d: Int), tolerance: Double
  ) {
    let (m, n, d) = shape
    var generator = Xoshiro256(seed: 15, stream: m, n, d)
    func random(_ count: Int, within bound: Double) -> [Scalar] {
      (0..<count).map { _ in Scalar(generator.nextUniform(-bound, bound)) }
    }
    var queries = random(m * d, within: 3)
    let samples = random(n * d, within: 3)
    let bias = random(n, within: 5)
    // Some queries are far away: their terms underflow without a shift.
    for i in stride(from: 0, to: m, by: 3) { queries[i * d] += Scalar(i % 2 == 0 ? 40 : -90) }
    let excluded = n == 1 ? nil : (0..<m).map { ($0 * 7) % n }

    let sums = GaussianKernelSums(
      queries: queries, samples: samples, bias: bias, dimension: d, excluding: excluded, threads: 2,
      kernels: set.kernels(Scalar.self == Float.self ? PARZEN_FLOAT32 : PARZEN_FLOAT64))
    for i in 0..<m {
      let exponents = (0..<n).map { j in
        j == excluded?[i]
          ? -Double.infinity
          : (0..<d).reduce(Double(bias[j])) { sum, k in
            let difference = Double(queries[i * d + k]) - Double(samples[j * d + k])
            return sum - difference * difference
          }
      }
      let largest = exponents.max()!
      let terms = exponents.map { exp2($0 - largest) }
      let total = terms.reduce(0, +)
      #expect(sums.sum[i] >= 1)
      #expect(
        abs(log2(Double(sums.sum[i])) + Double(sums.shift[i]) - largest - log2(total))
          < tolerance * (1 + abs(largest) / 100), "row \(i)")
      for k in 0..<d {
        let mean = (0..<n).reduce(0.0) { $0 + terms[$1] * Double(samples[$1 * d + k]) } / total
        #expect(
          abs(Double(sums.weightedSamples[i * d + k] / sums.sum[i]) - mean) < tolerance * 10, "row \(i)")
      }
    }
  }

  /// Exponents that rise by more than the type's range from one block of samples to the next, and fall again.
  @Test(arguments: availableInstructionSets)
  func shiftsFollowTheLargestExponent(set: InstructionSet) {
    let places = (0..<400).map { (j: Int) -> Double in 3 * Double(abs(j - 200)) }
    let sums = GaussianKernelSums(
      queries: [0], samples: places, bias: [Double](repeating: 0, count: 400), dimension: 1, threads: 1,
      kernels: set.kernels(PARZEN_FLOAT64))
    let expected = 1 + 2 * (exp2(-9.0) + exp2(-36.0))
    #expect(abs(sums.sum[0] * exp2(sums.shift[0]) - expected) < 1e-12)
  }

  @Test func samplesOfNoWeightAndExcludedOnesGiveNothing() {
    let alone = GaussianKernelSums(
      queries: [0.5], samples: [0], bias: [0], dimension: 1, excluding: [0], threads: 1)
    #expect(alone.sum == [0] && alone.weightedSamples == [0])
    let weightless = GaussianKernelSums(
      queries: [100.0], samples: [100, 0], bias: [-.infinity, 0], dimension: 1, threads: 1)
    #expect(
      weightless.sum[0] == 1 && weightless.shift[0] == -10_000 && weightless.weightedSamples[0] < 1e-300)
    let withoutWeighting = GaussianKernelSums(
      queries: [100.0], samples: [100, 0], bias: [0, 0], dimension: 1, weightingSamples: false, threads: 1)
    #expect(withoutWeighting.sum[0] == 1 && withoutWeighting.weightedSamples.isEmpty)
  }
}
