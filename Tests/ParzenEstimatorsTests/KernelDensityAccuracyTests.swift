import Foundation
import ParzenCore
import Testing

@testable import ParzenEstimators

/// Log density and score by a double loop in Float64, on the data as they are.
private func naive(
  samples: Matrix, weights: [Double], bandwidths: [Double], at queries: Matrix
) -> DensityEvaluation {
  let d = samples.columns
  var result = DensityEvaluation(logDensity: [], score: Matrix(rows: queries.rows, columns: d))
  for i in 0..<queries.rows {
    let exponents = (0..<samples.rows).map { j in
      log(weights[j])
        - (0..<d).reduce(0.0) { sum, k in
          let u = (queries[i, k] - samples[j, k]) / bandwidths[k]
          return sum + u * u / 2
        }
    }
    let largest = exponents.max()!
    let terms = exponents.map { exp($0 - largest) }
    let total = terms.reduce(0, +)
    let normaliser = bandwidths.reduce(0.0) { $0 + log($1) } + Double(d) / 2 * log(2 * Double.pi)
    result.logDensity.append(largest + log(total) - normaliser)
    for k in 0..<d {
      let mean = (0..<samples.rows).reduce(0.0) { $0 + terms[$1] * (samples[$1, k] - queries[i, k]) } / total
      result.score[i, k] = mean / (bandwidths[k] * bandwidths[k])
    }
  }
  return result
}

/// n samples of spread about 10, from three clumps.
private func clumps(
  _ n: Int, dimension d: Int, using generator: inout some RandomNumberGenerator
) -> Matrix {
  var result = Matrix(rows: n, columns: d)
  for i in 0..<n {
    let centre = Double(Int.random(in: -1...1, using: &generator)) * 4
    for k in 0..<d { result[i, k] = centre + Double.random(in: -1...1, using: &generator) * 2 }
  }
  return result
}

@Test(arguments: [1, 2, 5, 10], [0.01, 0.1, 1, 10])
func kernelDensityEqualsADoubleLoop(dimension d: Int, bandwidth h: Double) throws {
  var generator = SystemRandomNumberGenerator()
  let samples = clumps(131, dimension: d, using: &generator)
  // At samples, between them, and from one to a thousand bandwidths beside them.
  var queries = samples.selectingRows(0..<77)
  for i in 11..<77 {
    let step = h * pow(10, Double.random(in: -1...3, using: &generator))
    for k in 0..<d { queries[i, k] += step * Double.random(in: -1...1, using: &generator) }
  }
  let weights = (0..<131).map { _ in Double.random(in: 0.1...2, using: &generator) }
  let total = weights.reduce(0, +)

  let estimate = try KernelDensity(samples: samples, bandwidth: .fixed(h), weights: weights, threads: 2)
    .evaluate(at: queries)
  let truth = naive(
    samples: samples, weights: weights.map { $0 / total }, bandwidths: [Double](repeating: h, count: d),
    at: queries)
  for i in 0..<queries.rows {
    #expect(abs(estimate.logDensity[i] - truth.logDensity[i]) < 1e-9, "query \(i): \(truth.logDensity[i])")
    for k in 0..<d {
      #expect(
        abs(estimate.score[i, k] - truth.score[i, k]) < 1e-9 * abs(truth.score[i, k]) + 1e-9 / h, "query \(i)"
      )
    }
  }
}
