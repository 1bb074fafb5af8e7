import ParzenKernels
import ParzenPlatform

/// Normal scores z of places t, from the probabilities of the mixture on both sides; where these, or the
/// density, are below what numbers hold, by their logarithms.
extension NormalScores {
  /// What the sums of the mixture at each of some places give: the probabilities below and above it, and
  /// the density, in the kernel's unit, and its derivative.
  func sums<Result>(
    at t: [Double], density: Bool, _ result: (_ sums: (Int) -> Double, _ place: Int) -> Result
  ) -> [Result] {
    let block = 1024
    return stride(from: 0, to: t.count, by: block).flatMap { start -> [Result] in
      let count = min(block, t.count - start)
      return withUnsafeTemporaryAllocation(of: Double.self, capacity: 4 * count) { sums in
        t.withUnsafeBufferPointer {
          kernel.evaluate(
            count, points: $0.baseAddress! + start, density: density, result: sums.baseAddress!)
        }
        return (0..<count).map { place in result({ sums[$0 * count + place] }, start + place) }
      }
    }
  }

  /// z, the logarithm of dz / dt, and the derivative of that.
  func expansions(of t: [Double]) -> [ColumnTransformation.Expansion] {
    let (unit, logUnit) = (kernel.unit, log(kernel.unit))
    return sums(at: t, density: true) { sums, place in
      let (below, above) = sides(t[place], sums)
      let density = sums(2)
      let z = score(t[place], (below, above))
      guard min(below, above, density) > Self.leastProbability else { return rare(t[place], z) }
      return Self.expansion(z, logDensity: log(density) - logUnit, slope: sums(3) / density / unit)
    }
  }

  /// z at a place.
  func score(_ t: Double, _ sides: (below: Double, above: Double)) -> Double {
    let (below, above) = sides
    if min(below, above) > Self.leastProbability {
      return below < above ? NormalProbability.quantile(below) : -NormalProbability.quantile(above)
    }
    let nearest = nearest(to: t)
    let size =
      abs(nearest.u) < Self.farthest
      ? NormalProbability.distance(logTail: logTail(t)) : farOut(nearest.u, nearest.component).size
    return below < above ? -size : size
  }

  /// - Parameter slope: the derivative of the log density.
  private static func expansion(
    _ z: Double, logDensity: Double, slope: Double
  ) -> ColumnTransformation.Expansion {
    let logSlope = logDensity + 0.5 * z * z + NormalProbability.halfLogOfTwoPi
    return (z, logSlope, slope + z * exp(logSlope))
  }

  /// The expansion where the mixture has next to no probability: in units of its largest term.
  private func rare(_ t: Double, _ z: Double) -> ColumnTransformation.Expansion {
    let (component, u) = nearest(to: t)
    guard abs(u) < Self.farthest else {
      let (size, lack, s) = (abs(z), farOut(u, component).lack, terms.deviations[component])
      return (z, log(abs(u) / size) - log(s), lack / size / size / u / s)
    }
    let exponents = terms.means.indices.map { k in
      let u = (t - terms.means[k]) / terms.deviations[k]
      return log(terms.weights[k]) - log(terms.deviations[k]) - NormalProbability.halfLogOfTwoPi - 0.5 * u * u
    }
    let top = exponents.max()!
    var (sum, slope) = (0.0, 0.0)
    for k in terms.means.indices where exponents[k] - top > -50 {
      let term = exp(exponents[k] - top)
      sum += term
      slope -= term * (t - terms.means[k]) / terms.deviations[k] / terms.deviations[k]
    }
    return Self.expansion(z, logDensity: top + log(sum), slope: slope / sum)
  }

  /// The component that is nearest to a place in its own deviations, and how many these are.
  private func nearest(to t: Double) -> (component: Int, u: Double) {
    let distances = terms.means.indices.map { (t - terms.means[$0]) / terms.deviations[$0] }
    let nearest = distances.indices.min { abs(distances[$0]) < abs(distances[$1]) }!
    return (nearest, distances[nearest])
  }

  /// So many deviations from all components, where u^2 is nearly z^2 + 2 log w for the one that reaches
  /// farthest: what is left out is below 1 / u^2.
  private func farOut(_ u: Double, _ component: Int) -> (size: Double, lack: Double) {
    let lack = -2 * log(terms.weights[component])
    return (hypot(u, lack.squareRoot()), lack)
  }

  /// The logarithm of the probability beyond a place that is far from all components.
  private func logTail(_ t: Double) -> Double {
    let logs = terms.means.indices.map {
      log(terms.weights[$0]) + NormalProbability.logBelow(-abs((t - terms.means[$0]) / terms.deviations[$0]))
    }
    let highest = logs.max()!
    return highest + log(logs.reduce(0) { $0 + exp($1 - highest) })
  }

  private static let farthest = 1e6
  /// Below it, probabilities are reckoned by their logarithms.
  static let leastProbability = 1e-250
}
