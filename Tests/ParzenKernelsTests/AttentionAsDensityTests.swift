import Foundation
import ParzenCore
import Testing

@testable import ParzenKernels

/// Gaussian kernel density estimation is a special case of attention: with queries y / h^2, keys x, values x
/// and biases -|x|^2 / (2 h^2), log f = l - |y|^2 / (2 h^2) - log n - (d / 2) log(2 pi h^2) and the score is
/// (o - y) / h^2.
struct AttentionAsDensityTests {
  @Test(arguments: [1, 2, 5, 10], [0.3, 1])
  func reproducesTheKernelDensityEstimate(dimension d: Int, bandwidth h: Double) {
    var generator = Xoshiro256(seed: 51, stream: d)
    let (n, m) = (400, 60)
    // Three clusters, centred, as the identity asks for in finite precision.
    var samples = (0..<n).map { i in
      (0..<d).map { _ in generator.nextNormal() * 0.6 + Double(i % 3 - 1) * 1.5 }
    }
    let mean = (0..<d).map { c in samples.reduce(0) { $0 + $1[c] } / Double(n) }
    samples = samples.map { zip($0, mean).map(-) }
    let queries = (0..<m).map { i in samples[i].map { $0 + 0.5 * generator.nextNormal() } }

    let (single, double) = (
      estimate(samples, queries, h, Float.self), estimate(samples, queries, h, Double.self)
    )
    for (i, y) in queries.enumerated() {
      let squares = samples.map { zip($0, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
      let nearest = squares.min()!
      let weights = squares.map { exp((nearest - $0) / (2 * h * h)) }
      let total = weights.reduce(0, +)
      let logDensity =
        log(total) - nearest / (2 * h * h) - log(Double(n)) - Double(d) / 2 * log(2 * .pi * h * h)
      let score = (0..<d).map { c in
        zip(weights, samples).reduce(0) { $0 + $1.0 * ($1.1[c] - y[c]) } / total / (h * h)
      }
      let size = score.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for (result, tolerance) in [(single, 1e-4), (double, 1e-12)] {
        expectClose(
          [result.logDensity[i]], [logDensity], tolerance: { _ in tolerance }, "log density, d = \(d)")
        expectClose(result.score[i], score, tolerance: { _ in tolerance * (1 + size) }, "score, d = \(d)")
      }
    }
  }

  private func estimate<Scalar: KernelScalar>(
    _ samples: [[Double]], _ queries: [[Double]], _ h: Double, _: Scalar.Type
  ) -> (logDensity: [Double], score: [[Double]]) {
    let d = samples[0].count
    let shape = AttentionShape(
      queries: queries.count, keys: samples.count, keyWidth: d, valueWidth: d, scale: 1 / (h * h))
    let x = samples.flatMap { $0.map { Scalar($0) } }
    let bias = samples.map { Scalar(-$0.reduce(0) { $0 + $1 * $1 } / (2 * h * h)) }
    var output = [Scalar](repeating: 0, count: queries.count * d)
    var logNormaliser = [Scalar](repeating: 0, count: queries.count)
    Scalar.attention(
      shape, query: queries.flatMap { $0.map { Scalar($0) } }, key: x, value: x, bias: bias, output: &output,
      logNormaliser: &logNormaliser)
    let constant = -log(Double(samples.count)) - Double(d) / 2 * log(2 * .pi * h * h)
    return (
      queries.indices.map { i in
        Double(logNormaliser[i]) - queries[i].reduce(0) { $0 + $1 * $1 } / (2 * h * h) + constant
      },
      queries.indices.map { i in (0..<d).map { (Double(output[i * d + $0]) - queries[i][$0]) / (h * h) } }
    )
  }
}
