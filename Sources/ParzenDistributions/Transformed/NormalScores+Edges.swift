import ParzenCore
import ParzenKernels
import ParzenPlatform

extension NormalScores {
  /// The normal laws whose sum is the density on the column's domain: the components, and where the column is
  /// mirrored at edges, their images.
  struct Terms: Sendable, Hashable {
    var weights: [Double]
    var means: [Double]
    var deviations: [Double]

    init(weights: [Double], means: [Double], deviations: [Double]) {
      (self.weights, self.means, self.deviations) = (weights, means, deviations)
    }

    init(_ mixture: GaussianMixture) {
      let kept = mixture.weights.indices.filter { mixture.weights[$0] > 0 }
      weights = kept.map { mixture.weights[$0] }
      means = kept.map { mixture.means[$0, 0] }
      deviations = kept.map { mixture.covarianceFactor(of: $0)[0, 0] }
    }

    /// These with their images.
    func unfolded(_ coordinate: ColumnTransformation) throws(ParzenError) -> Terms {
      func column(_ values: [Double]) -> Matrix {
        Matrix(rows: values.count, columns: 1, elements: values)
      }
      return Terms(
        try GaussianMixture(weights: weights, means: column(means), deviations: column(deviations))
          .unfolded([coordinate]))
    }
  }

  /// The edges at which a column is mirrored, and what its terms have beyond them.
  struct Edges: Sendable, Hashable {
    let lower: Double?
    let upper: Double?
    private let missingBelow: Double
    private let missingAbove: Double
    /// Nearer to an edge than this, the probability up to it is the density times the distance: the slope of
    /// a mirrored density is zero there.
    private let near: Double

    init(lower: Double?, upper: Double?, _ kernel: NormalMixtureKernel) {
      (self.lower, self.upper, near) = (lower, upper, 1e-5 * kernel.unit)
      func sums(_ edge: Double?) -> [Double] {
        guard let edge else { return [0, 0] }
        var (place, result) = (edge, [0.0, 0])
        result.withUnsafeMutableBufferPointer {
          kernel.evaluate(1, points: &place, density: false, result: $0.baseAddress!)
        }
        return result
      }
      (missingBelow, missingAbove) = (sums(lower)[0], sums(upper)[1])
    }

    /// The probabilities within the domain below and above a place, from those of the terms.
    func within(_ t: Double, below: Double, above: Double, density: Double) -> (below: Double, above: Double)
    {
      func part(_ edge: Double?, _ all: Double, _ beyond: Double) -> Double {
        guard let edge else { return all }
        let distance = abs(t - edge)
        return max(NormalScores.leastProbability * 2, distance < near ? density * distance : all - beyond)
      }
      return (part(lower, below, missingBelow), part(upper, above, missingAbove))
    }
  }

  /// Whether a value has a score: none lies on an edge.
  func contains(_ x: Double) -> Bool {
    coordinate.contains(x) && (edges.map { x != $0.lower && x != $0.upper } ?? true)
  }

  /// The probabilities on both sides of a place, from the sums of the terms there.
  func sides(_ t: Double, _ sums: (Int) -> Double) -> (below: Double, above: Double) {
    guard let edges else { return (sums(0), sums(1)) }
    return edges.within(t, below: sums(0), above: sums(1), density: sums(2) / kernel.unit)
  }

  /// Places between which the one with score z lies.
  func bracket(_ z: Double) -> (low: Double, high: Double) {
    /// The extreme of the terms' own quantiles.
    func quantile(_ z: Double, _ better: (Double, Double) -> Double) -> Double {
      terms.means.indices.dropFirst().reduce(terms.means[0] + terms.deviations[0] * z) {
        better($0, terms.means[$1] + terms.deviations[$1] * z)
      }
    }
    guard let edges else { return (quantile(z, min), quantile(z, max)) }
    // The images double the tails, as less than a deviation does.
    return (
      edges.lower ?? quantile(min(z - 1, -1), min), edges.upper ?? quantile(max(z + 1, 1), max)
    )
  }
}
