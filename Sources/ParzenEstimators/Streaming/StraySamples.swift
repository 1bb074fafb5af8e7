import ParzenCore
import ParzenDistributions
import ParzenPlatform

/// Samples that are farther from a mixture than any of those that it was found in: a few wild values among
/// very many, which a part of these need not have. A component that took them in would cover everything
/// between.
struct StraySamples: Sendable {
  private let mixture: GaussianMixture
  /// The log density below which a sample is one.
  private let lowest: Double
  /// Mean and standard deviation of the log density of a sample.
  private let usual: (mean: Double, deviation: Double)

  /// So many nats below the least likely sample that the mixture was found in, others are strays.
  private static let margin = 500.0

  /// - Parameters:
  ///   - samples: those that the mixture was found in.
  ///   - counts: how many each stands for; nil for one each.
  init(
    besides samples: Matrix, counts: [Double]?, of mixture: GaussianMixture
  ) throws(ParzenError) {
    self.mixture = mixture
    let values = try mixture.logDensity(at: samples)
    let total = counts?.reduce(0, +) ?? Double(values.count)
    func mean(_ values: [Double]) -> Double {
      values.indices.reduce(0) { $0 + (counts?[$1] ?? 1) * values[$1] } / total
    }
    let centre = mean(values)
    usual = (centre, mean(values.map { ($0 - centre) * ($0 - centre) }).squareRoot())
    lowest = (values.min() ?? 0) - Self.margin
  }

  /// - Parameter mixture: one whose samples are not at hand; draws from it take their place.
  init(of mixture: GaussianMixture) throws(ParzenError) {
    var generator = Xoshiro256(seed: 0)
    try self.init(besides: mixture.sample(count: 4096, using: &generator), counts: nil, of: mixture)
  }

  private var d: Int { mixture.dimension }
  /// What is told of strays: those of one component about the origin.
  private var sums: ComponentDeviations { ComponentDeviations(centres: Matrix(rows: 1, columns: d)) }
  /// How many numbers are told of strays.
  var count: Int { sums.count }

  /// Takes strays away from samples, and adds what is told of them to sums. Where the samples together are as
  /// likely as others, they are not looked at one by one.
  ///
  /// - Parameter logLikelihood: of the samples under the mixture.
  /// - Returns: whether there are any.
  /// - Complexity: O(n K d^2) time, O(n d) memory where there can be some.
  func takeAway(
    from samples: inout SampleColumns<Double>, whose logLikelihood: Double,
    to told: UnsafeMutablePointer<Double>
  ) throws(ParzenError) -> Bool {
    let (n, spread) = (samples.total, 6 * samples.total.squareRoot() * usual.deviation)
    guard !(logLikelihood > n * usual.mean - spread - Self.margin) else { return false }
    let (points, sums) = (samples.points, sums)
    let values = try mixture.logDensity(at: points)
    let rows = values.indices.filter { !(values[$0] >= lowest) }
    guard !rows.isEmpty else { return false }
    for row in rows { sums.add(points[row: row], samples.weight(of: row), of: 0, to: told) }
    samples = samples.selecting(values.indices.filter { values[$0] >= lowest })
    return true
  }

  /// Strays together.
  struct Group {
    /// How many samples they are.
    var samples: Double
    /// As wide as they and, beside them, the components are.
    var component: GaussianMixture
  }

  /// The strays that sums tell of, nil where there are none.
  func group(_ told: ArraySlice<Double>) throws(ParzenError) -> Group? {
    let told = Array(told)
    guard let samples = told.first, samples > 0 else { return nil }
    let mean = (0..<d).map { told[1 + $0] / samples }
    var covariance = mixture.covarianceWithin(Array(0..<mixture.componentCount))
    var place = 1 + d
    for i in 0..<d {
      for j in i..<d {
        let second = told[place] / samples
        // Beside the squares that cancel, rounding.
        let value = second - mean[i] * mean[j] + (i == j ? 1e-9 * second : 0)
        covariance[i, j] += value
        if i != j { covariance[j, i] += value }
        place += 1
      }
    }
    let means = Matrix(rows: 1, columns: d, elements: mean)
    guard
      let component = try attempt(GaussianMixture(weights: [1], means: means, covariances: [covariance]))
    else { return nil }
    return Group(samples: samples, component: component)
  }
}

extension GaussianMixture {
  /// The mixture with strays, if there are any, as one more component.
  func adding(_ strays: StraySamples.Group?, of total: Double) throws(ParzenError) -> GaussianMixture {
    guard let strays else { return self }
    return try .combining(
      [self, strays.component], weights: [max(0, total - strays.samples), strays.samples])
  }
}
