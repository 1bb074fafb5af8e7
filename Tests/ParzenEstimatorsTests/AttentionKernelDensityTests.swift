import ParzenCore
import ParzenEstimators
import Testing

@Suite struct AttentionKernelDensityTests {
  /// One attention block is Gaussian KDE: 1e-4 relative in the score, 1e-4 absolute in the log density.
  @Test(arguments: [0.05, 0.3, 1], [1, 2, 10])
  func attentionIsKernelDensityEstimation(bandwidth: Double, dimension: Int) throws {
    for n in [1, 7, 500] {
      var generator = Xoshiro256(seed: 3, stream: n, dimension)
      func normal(_ rows: Int, _ scale: Double) -> Matrix {
        let elements = (0..<rows * dimension).map { _ in 5 + scale * generator.nextNormal() }
        return Matrix(rows: rows, columns: dimension, elements: elements)
      }
      let samples = normal(n, 1)
      let queries = normal(100, 2)
      let block = try AttentionKernelDensity(samples: samples, bandwidth: bandwidth, threads: 2)
        .evaluate(at: queries)
      let exact = try KernelDensity(samples: samples, bandwidth: .fixed(bandwidth)).evaluate(at: queries)
      for (a, b) in zip(block.logDensity, exact.logDensity) { #expect(abs(a - b) < 1e-4) }
      for p in 0..<queries.rows {
        let (a, b) = (block.score[row: p], exact.score[row: p])
        let difference = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        #expect(difference < 1e-8 * b.reduce(0) { $0 + $1 * $1 })
      }
    }
  }

  @Test func badInputIsRefused() throws {
    let samples = Matrix(rows: 2, columns: 1, elements: [0, 1])
    #expect(throws: ParzenError.self) { try AttentionKernelDensity(samples: samples, bandwidth: 0) }
    #expect(throws: ParzenError.self) {
      try AttentionKernelDensity(samples: Matrix(rows: 0, columns: 1, elements: []), bandwidth: 1)
    }
    let density = try AttentionKernelDensity(samples: samples)
    #expect(throws: ParzenError.self) {
      try density.evaluate(at: Matrix(rows: 1, columns: 2, elements: [0, 1]))
    }
  }
}
