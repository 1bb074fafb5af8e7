import Foundation
import ParzenCore

/// The Gaussian kernel density estimate by its definition: a double loop in Float64 over the data as they
/// are.
struct NaiveKernelDensity {
  var samples: Matrix
  /// One weight per sample, with sum 1; equal ones when nil.
  var weights: [Double]?
  /// The kernels' standard deviation along every axis.
  var bandwidths: [Double]

  /// Log density and score at the queries; `excluded[i]` lists samples that query i leaves out.
  func evaluate(at queries: Matrix, excluding excluded: [[Int]]? = nil) -> DensityEvaluation {
    let d = samples.columns
    var result = DensityEvaluation(logDensity: [], score: Matrix(rows: queries.rows, columns: d))
    let normaliser = bandwidths.reduce(0.0) { $0 + log($1) } + Double(d) / 2 * log(2 * Double.pi)
    for i in 0..<queries.rows {
      let terms = (0..<samples.rows).filter { !(excluded?[i].contains($0) ?? false) }
      let exponents = terms.map { j in
        let distance = (0..<d).reduce(0.0) { $0 + square((queries[i, $1] - samples[j, $1]) / bandwidths[$1]) }
        return log(weights?[j] ?? 1 / Double(samples.rows)) - distance / 2
      }
      let largest = exponents.max()!
      let values = exponents.map { exp($0 - largest) }
      let total = values.reduce(0, +)
      result.logDensity.append(largest + log(total) - normaliser)
      for k in 0..<d {
        let difference =
          zip(terms, values).reduce(0.0) { $0 + $1.1 * (samples[$1.0, k] - queries[i, k]) } / total
        result.score[i, k] = difference / square(bandwidths[k])
      }
    }
    return result
  }

  private func square(_ x: Double) -> Double { x * x }
}

/// n samples of spread about 10, from three clumps on the diagonal.
func clumpedSamples(_ n: Int, dimension d: Int, using generator: inout Xoshiro256) -> Matrix {
  var result = Matrix(rows: n, columns: d)
  for i in 0..<n {
    let centre = Double(generator.nextInteger(below: 3) - 1) * 4
    for k in 0..<d { result[i, k] = centre + generator.nextUniform(-2, 2) }
  }
  return result
}

/// The largest absolute difference of two lists of values.
func largestDifference(_ a: some Sequence<Double>, _ b: some Sequence<Double>) -> Double {
  zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
}
