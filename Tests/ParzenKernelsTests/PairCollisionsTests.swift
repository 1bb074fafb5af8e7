import CParzenKernels
import Foundation
import ParzenCore
import Testing

@testable import ParzenKernels

@Suite struct PairCollisionsTests {
  /// Every instruction set and power, with numbers of particles that do and do not fill vectors, chunks and
  /// blocks.
  private static let cases = availableInstructionSets.flatMap { set in
    [(1, 2, 0.0), (2, 3, -3.0), (17, 2, -3.0), (65, 3, 0.0), (300, 2, -1.5), (257, 3, 1.0), (130, 3, -2.0)]
      .map { (set, $0) }
  }

  @Test(arguments: cases)
  func equalsADoubleLoop(set: InstructionSet, shape: (n: Int, d: Int, gamma: Double)) {
    compare(Double.self, set: set, shape: shape, tolerance: 1e-13)
    compare(Float.self, set: set, shape: shape, tolerance: 1e-5)
  }

  private func compare<Scalar: KernelScalar>(
    _: Scalar.Type, set: InstructionSet, shape: (n: Int, d: Int, gamma: Double), tolerance: Double
  ) {
    let (n, d, gamma) = shape
    var generator = Xoshiro256(seed: 31, stream: n, d)
    func random() -> [Scalar] { (0..<n * d).map { _ in Scalar(generator.nextNormal()) } }
    var velocities = random()
    let scores = random()
    if n > 2 { for k in 0..<d { velocities[d + k] = velocities[k] } }  // two particles at one place
    let rates = pairCollisionRates(
      velocities: velocities, scores: scores, dimension: d, exponent: gamma, threads: 2,
      kernels: set.kernels(Scalar.self == Float.self ? PARZEN_FLOAT32 : PARZEN_FLOAT64))
    for i in 0..<n {
      var expected = [Double](repeating: 0, count: d)
      var size = 0.0
      for j in 0..<n {
        let z = (0..<d).map { Double(velocities[i * d + $0]) - Double(velocities[j * d + $0]) }
        let change = (0..<d).map { Double(scores[i * d + $0]) - Double(scores[j * d + $0]) }
        let square = z.reduce(0) { $0 + $1 * $1 }
        guard square > 0 else { continue }
        let along = zip(z, change).reduce(0) { $0 + $1.0 * $1.1 }
        for k in 0..<d {
          let term = pow(square, gamma / 2) * (square * change[k] - along * z[k])
          expected[k] += term
          size += abs(term)
        }
      }
      for k in 0..<d {
        #expect(abs(Double(rates[i * d + k]) - expected[k]) <= tolerance * (size + 1e-300), "particle \(i)")
      }
    }
  }

  @Test(arguments: [0, -1, -3] as [Double])
  func momentumAndEnergyDoNotChange(gamma: Double) {
    let (n, d) = (500, 3)
    var generator = Xoshiro256(seed: 5)
    let velocities = (0..<n * d).map { _ in generator.nextNormal() }
    let scores = (0..<n * d).map { _ in generator.nextNormal() }
    let rates = pairCollisionRates(
      velocities: velocities, scores: scores, dimension: d, exponent: gamma, threads: 1)
    let size = rates.reduce(0) { $0 + abs($1) }
    for k in 0..<d {
      let momentum = stride(from: k, to: n * d, by: d).reduce(0) { $0 + rates[$1] }
      #expect(abs(momentum) < 1e-13 * size)
    }
    #expect(abs(zip(velocities, rates).reduce(0) { $0 + $1.0 * $1.1 }) < 1e-12 * size)
    let threaded = pairCollisionRates(
      velocities: velocities, scores: scores, dimension: d, exponent: gamma, threads: 3)
    #expect(threaded == rates)
  }
}
