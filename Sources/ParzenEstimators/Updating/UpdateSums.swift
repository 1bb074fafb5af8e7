import ParzenCore
import ParzenDistributions
import ParzenPlatform

/// Sums over new samples, for each component: responsibilities, and with these the deviations from the
/// component's old mean and their products, i <= j; at the end, the log likelihood.
struct UpdateSums {
  let components: Int
  let d: Int

  init(_ mixture: GaussianMixture) { (components, d) = (mixture.componentCount, mixture.dimension) }

  private var width: Int { 1 + d + d * (d + 1) / 2 }
  var count: Int { components * width + 1 }

  /// Adds the moments about the origin of new samples, as `ComponentMoments` has them.
  func add(_ moments: [Double], about centres: Matrix, to sums: UnsafeMutablePointer<Double>) {
    let samples = moments[..<components].reduce(0, +)
    sums[count - 1] +=
      moments[(moments.count - components)...].reduce(0, +) - samples * Double(d) / 2 * log(2 * Double.pi)
    for k in 0..<components {
      let target = sums + k * width
      let own = moments[k]
      target[0] += own
      for i in 0..<d { target[1 + i] += moments[(1 + i) * components + k] - own * centres[k, i] }
      var place = 1 + d
      for i in 0..<d {
        for j in i..<d {
          let (x, y) = (moments[(1 + i) * components + k], moments[(1 + j) * components + k])
          target[place] +=
            moments[place * components + k] - centres[k, i] * y - centres[k, j] * x
            + own * centres[k, i] * centres[k, j]
          place += 1
        }
      }
    }
  }

  /// Adds new samples one by one, by their deviations from the centres, which narrow components need.
  func add(
    _ block: StreamedCoordinates.Block, under mixture: GaussianMixture, about centres: Matrix,
    to sums: UnsafeMutablePointer<Double>
  ) throws(ParzenError) {
    var points = Matrix(rows: block.count, columns: d)
    for k in 0..<d { for row in 0..<block.count { points[row, k] = block.values[k * block.count + row] } }
    let values = try mixture.logDensity(at: points)
    let shares = try mixture.responsibilities(at: points)
    var step = [Double](repeating: 0, count: d)
    for row in 0..<block.count {
      let weight = block.counts?[row] ?? 1
      sums[count - 1] += weight * max(values[row], -Double.greatestFiniteMagnitude.squareRoot())
      for k in 0..<components {
        let share = weight * shares[row, k]
        guard share > 0 else { continue }
        let target = sums + k * width
        target[0] += share
        var place = 1 + d
        for i in 0..<d {
          step[i] = points[row, i] - centres[k, i]
          target[1 + i] += share * step[i]
        }
        for i in 0..<d {
          for j in i..<d {
            target[place] += share * step[i] * step[j]
            place += 1
          }
        }
      }
    }
  }

  /// The mixture of old and new samples.
  func mixture(
    _ sums: [Double], prior: GaussianMixture, before: Double
  ) throws(ParzenError) -> GaussianMixture {
    var (weights, means, covariances) = ([Double](), prior.means, [Matrix]())
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
