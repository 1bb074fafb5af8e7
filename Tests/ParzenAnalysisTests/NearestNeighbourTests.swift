import Foundation
import ParzenCore
import ParzenDistributions
import ParzenEstimators
import Testing

@testable import ParzenAnalysis

@Suite struct NearestNeighbourTests {
  @Test(arguments: [1, 2, 7], [1, 3]) func distancesAreThoseOfAllPairs(dimension: Int, k: Int) {
    var generator = Xoshiro256(seed: 1)
    // Rounded, so that there are ties and equal points.
    let samples = Matrix(
      rows: 300, columns: dimension,
      elements: (0..<300 * dimension).map { _ in (4 * generator.nextNormal()).rounded() / 4 })
    let found = NeighbourTree(samples).squaredDistances(toNeighbour: k, threads: 2)
    for i in 0..<300 {
      let all = (0..<300).filter { $0 != i }.map { j in
        (0..<dimension).reduce(0) { sum, column in
          let difference = samples[i, column] - samples[j, column]
          return sum + difference * difference
        }
      }
      #expect(found[i] == all.sorted()[k - 1])
    }
  }

  @Test(arguments: [1, 2, 3]) func entropyOfGaussians(dimension: Int) throws {
    var generator = Xoshiro256(seed: 2)
    let samples = Matrix(
      rows: 4000, columns: dimension, elements: (0..<4000 * dimension).map { _ in 3 * generator.nextNormal() }
    )
    let found = try NearestNeighbourEntropy(samples: samples)
    let truth = Double(dimension) * (0.5 * log(2 * Double.pi * M_E) + log(3))
    #expect(abs(found.value - truth) < 3 * found.standardError + 0.01, "\(found) \(truth)")
    // With k = 1 only the terms' spread is larger.
    let nearest = try NearestNeighbourEntropy(samples: samples, neighbours: 1)
    #expect(abs(nearest.value - truth) < 3 * nearest.standardError + 0.01)
    #expect(nearest.standardError > found.standardError)
  }

  @Test func unitsPlayNoPart() throws {
    var generator = Xoshiro256(seed: 5)
    let samples = Matrix(rows: 300, columns: 2, elements: (0..<600).map { _ in generator.nextNormal() })
    var scaled = samples
    for row in 0..<300 { scaled[row, 1] *= 1024 }
    let difference =
      try NearestNeighbourEntropy(samples: scaled).value
      - NearestNeighbourEntropy(samples: samples).value
    #expect(abs(difference - log(1024)) < 1e-12)
  }

  /// Two columns that nearly determine each other: distances along the line and across it count alike.
  @Test func nearlyDependentColumns() throws {
    var generator = Xoshiro256(seed: 6)
    var samples = Matrix(rows: 1000, columns: 2)
    for row in 0..<1000 {
      samples[row, 0] = generator.nextNormal()
      samples[row, 1] = 5 + 2 * samples[row, 0] + 0.01 * generator.nextNormal()
    }
    let found = try NearestNeighbourEntropy(samples: samples)
    let truth = log(2 * Double.pi * M_E) + log(0.01)
    #expect(abs(found.value - truth) < 3 * found.standardError + 0.01, "\(found) \(truth)")
  }

  @Test func equalOrTooFewSamplesHaveAMessage() {
    #expect(throws: ParzenError.self) { try NearestNeighbourEntropy(samples: Matrix(rows: 3, columns: 1)) }
    #expect(throws: ParzenError.self) { try NearestNeighbourEntropy(samples: Matrix(rows: 30, columns: 1)) }
  }
}
