import ParzenCore
import ParzenDistributions
import ParzenPlatform

/// What a step of expectation-maximisation sums over samples, for each component: responsibilities r, and
/// with these the deviations from a centre of the component's own and their products, i <= j; at the end, the
/// log likelihood. With centres near the components' means nothing cancels.
struct ComponentDeviations: Sendable {
  /// K x d.
  let centres: Matrix

  private var components: Int { centres.rows }
  private var d: Int { centres.columns }
  private var width: Int { 1 + d + d * (d + 1) / 2 }
  /// How many numbers these are.
  var count: Int { components * width + 1 }

  /// Adds the sums over samples of responsibilities times features, as `ComponentMoments` has them, of some
  /// of the components.
  ///
  /// - Parameters:
  ///   - origin: from which these have the samples.
  ///   - indices: of these components.
  ///   - samples: how many samples they are of.
  func add(
    _ moments: [Double], about origin: [Double], of indices: [Int], samples: Double,
    to sums: UnsafeMutablePointer<Double>
  ) {
    let count = indices.count
    sums[self.count - 1] += moments.suffix(count).reduce(0, +) - samples * Double(d) / 2 * log(2 * Double.pi)
    for (k, index) in indices.enumerated() {
      let (target, own) = (sums + index * width, moments[k])
      let centre = (0..<d).map { centres[index, $0] - origin[$0] }
      target[0] += own
      for i in 0..<d { target[1 + i] += moments[(1 + i) * count + k] - own * centre[i] }
      var place = 1 + d
      for i in 0..<d {
        for j in i..<d {
          let (x, y) = (moments[(1 + i) * count + k], moments[(1 + j) * count + k])
          target[place] +=
            moments[place * count + k] - centre[i] * y - centre[j] * x + own * centre[i] * centre[j]
          place += 1
        }
      }
    }
  }

  /// Adds samples one by one.
  ///
  /// - Complexity: O(n K d^2) time, O(n K) memory.
  func add(
    _ samples: SampleColumns<Double>, under mixture: GaussianMixture, to sums: UnsafeMutablePointer<Double>
  ) throws(ParzenError) {
    let points = samples.points
    let values = try mixture.logDensity(at: points)
    let shares = try mixture.responsibilities(at: points)
    for row in 0..<samples.count {
      let weight = samples.weight(of: row)
      sums[count - 1] += weight * max(values[row], -Double.greatestFiniteMagnitude.squareRoot())
      for k in 0..<components where shares[row, k] > 0 {
        add(points[row: row], weight * shares[row, k], of: k, to: sums)
      }
    }
  }

  /// Adds a share of a sample to a component.
  func add(
    _ point: ArraySlice<Double>, _ share: Double, of component: Int, to sums: UnsafeMutablePointer<Double>
  ) {
    let (target, first) = (sums + component * width, point.startIndex)
    target[0] += share
    var place = 1 + d
    for i in 0..<d {
      let step = point[first + i] - centres[component, i]
      target[1 + i] += share * step
      for j in i..<d {
        target[place] += share * step * (point[first + j] - centres[component, j])
        place += 1
      }
    }
  }

  /// The mixture of these samples and of those that a mixture stands for, whose means are the centres.
  ///
  /// - Parameter before: the number of these.
  /// - Throws: `ParzenError.invalidOption` for a covariance that is singular to rounding.
  func mixture(
    _ sums: [Double], prior: GaussianMixture, before: Double
  ) throws(ParzenError) -> GaussianMixture {
    var (weights, means, covariances) = ([Double](), centres, [Matrix]())
    for k in 0..<components {
      let own = Array(sums[(k * width)..<((k + 1) * width)])
      let old = before * prior.weights[k]
      let total = old + own[0]
      weights.append(total)
      var covariance = prior.covariance(of: k)
      guard total > 0 else {
        covariances.append(covariance)
        continue
      }
      let shift = (0..<d).map { own[1 + $0] / total }
      var place = 1 + d
      for i in 0..<d {
        means[k, i] += shift[i]
        for j in i..<d {
          let value = (old * covariance[i, j] + own[place]) / total - shift[i] * shift[j]
          (covariance[i, j], covariance[j, i]) = (value, value)
          place += 1
        }
      }
      covariances.append(covariance)
    }
    return try GaussianMixture(weights: weights, means: means, covariances: covariances)
  }
}
