import ParzenCore
import ParzenDistributions
import ParzenPlatform

/// A Markov chain of draws from the posterior of a random mixture with a known number of components: weights
/// uniform on the simplex, means uniform on [-3, 3]^d and variances uniform on [0.2, 1] along axes that are
/// those of the coordinates, or turned at random.
///
/// Gibbs sampling of memberships, weights, means and variances (Diebolt & Robert, J. R. Statist. Soc. B 56,
/// 1994); unknown axes are turned by Metropolis steps of random angles in random planes, the means held in
/// place.
struct MixturePosterior {
  private var weights: [Double]
  /// Along the axes, K x d.
  private var means: Matrix
  private var variances: Matrix
  /// The axes, one a column; nil where they are known to be those of the coordinates.
  private var axes: Matrix?

  private static let meanRange = -3.0...3.0
  private static let varianceGrid = (0...400).map { 0.2 + 0.8 * Double($0) / 400 }
  /// Metropolis steps of a sweep.
  private static let turns = 4

  /// The chain that begins at a mixture; nil if its components have no common axes, or it could not be drawn.
  init?(_ mixture: GaussianMixture) {
    let d = mixture.dimension
    weights = mixture.weights
    if d > 1, !mixture.isDiagonal {
      // A sum with unequal weights has the axes that all components have.
      var sum = Matrix(rows: d, columns: d)
      for k in weights.indices {
        let covariance = mixture.covariance(of: k)
        for place in sum.elements.indices {
          sum.elements[place] += covariance.elements[place] / Double(k + 1)
        }
      }
      guard let decomposition = SymmetricEigendecomposition(sum) else { return nil }
      axes = decomposition.vectors
    }
    means = axes.map { mixture.means * $0 } ?? mixture.means
    variances = Matrix(rows: weights.count, columns: d)
    for k in weights.indices {
      let covariance = mixture.covariance(of: k)
      let along = axes.map { $0.transposed * covariance * $0 } ?? covariance
      for i in 0..<d {
        for j in 0..<d where i != j && abs(along[i, j]) > 1e-9 { return nil }
        variances[k, i] = along[i, i]
        guard abs(means[k, i]) < Self.meanRange.upperBound + 1e-9 else { return nil }
      }
    }
  }

  func mixture() throws(ParzenError) -> GaussianMixture {
    let mixture = try GaussianMixture(weights: weights, means: means, variances: variances)
    guard let axes else { return mixture }
    return try mixture.affineImage(axes, shift: [Double](repeating: 0, count: means.columns))
  }

  /// One round of draws of memberships, then of weights, means and variances given these, then of the axes.
  mutating func sweep(_ samples: Matrix, using generator: inout Xoshiro256) {
    drawComponents(axes.map { samples * $0 } ?? samples, using: &generator)
    guard axes != nil else { return }
    for _ in 0..<Self.turns { turn(samples, using: &generator) }
  }

  /// Turns the axes by a normal angle of log-uniform size, if the samples and the prior of the means allow
  /// it.
  private mutating func turn(_ samples: Matrix, using generator: inout Xoshiro256) {
    guard let axes else { return }
    let i = generator.nextInteger(below: means.columns)
    let j = (i + 1 + generator.nextInteger(below: means.columns - 1)) % means.columns
    let angle = 2 * pow(0.005, generator.nextUniform()) * generator.nextNormal()
    var rotation = Matrix.identity(means.columns)
    rotation[i, i] = cos(angle)
    rotation[j, j] = cos(angle)
    rotation[i, j] = -sin(angle)
    rotation[j, i] = sin(angle)
    var turned = self
    turned.axes = axes * rotation
    turned.means = means * rotation
    guard turned.means.elements.allSatisfy(Self.meanRange.contains),
      let old = try? mixture().logDensity(at: samples),
      let new = try? turned.mixture().logDensity(at: samples)
    else { return }
    let gain = zip(new, old).reduce(0) { $0 + $1.0 - $1.1 }
    if log(generator.nextUniform()) < gain { self = turned }
  }

  /// Draws the memberships, then weights, means and variances given these.
  ///
  /// - Parameter samples: along the axes.
  private mutating func drawComponents(_ samples: Matrix, using generator: inout Xoshiro256) {
    let (d, components) = (samples.columns, weights.count)
    var counts = [Double](repeating: 0, count: components)
    var sums = Matrix(rows: components, columns: d)
    let members = memberships(samples, using: &generator)
    for (row, k) in members.enumerated() {
      counts[k] += 1
      for i in 0..<d { sums[k, i] += samples[row, i] }
    }
    let gammas = counts.map { generator.nextGamma(shape: 1 + $0) }
    let total = gammas.reduce(0, +)
    weights = gammas.map { max($0 / total, 1e-300) }
    for k in 0..<components {
      for i in 0..<d {
        means[k, i] = drawMean(sums[k, i], counts[k], variances[k, i], using: &generator)
      }
    }
    var squares = Matrix(rows: components, columns: d)
    for (row, k) in members.enumerated() {
      for i in 0..<d {
        let difference = samples[row, i] - means[k, i]
        squares[k, i] += difference * difference
      }
    }
    for k in 0..<components {
      for i in 0..<d { variances[k, i] = drawVariance(squares[k, i], counts[k], using: &generator) }
    }
  }

  private func memberships(_ samples: Matrix, using generator: inout Xoshiro256) -> [Int] {
    let (d, components) = (samples.columns, weights.count)
    let constants = weights.indices.map { k in
      log(weights[k]) - 0.5 * (0..<d).reduce(0) { $0 + log(variances[k, $1]) }
    }
    let halfPrecisions = variances.elements.map { 0.5 / $0 }
    var terms = [Double](repeating: 0, count: components)
    return (0..<samples.rows).map { row in
      for k in 0..<components {
        var term = constants[k]
        for i in 0..<d {
          let difference = samples.elements[row * d + i] - means.elements[k * d + i]
          term -= difference * difference * halfPrecisions[k * d + i]
        }
        terms[k] = term
      }
      let highest = terms.max()!
      var total = 0.0
      for k in 0..<components {
        terms[k] = exp(terms[k] - highest)
        total += terms[k]
      }
      var rest = generator.nextUniform() * total
      for k in 0..<components {
        rest -= terms[k]
        if rest < 0 { return k }
      }
      return components - 1
    }
  }

  /// A normal law cut off at the ends of the range, by rejection; far outside, the nearer end.
  private func drawMean(
    _ sum: Double, _ count: Double, _ variance: Double, using generator: inout Xoshiro256
  ) -> Double {
    let range = Self.meanRange
    guard count > 0 else { return generator.nextUniform(range.lowerBound, range.upperBound) }
    let (centre, deviation) = (sum / count, (variance / count).squareRoot())
    for _ in 0..<1000 {
      let value = centre + deviation * generator.nextNormal()
      if range.contains(value) { return value }
    }
    return min(max(centre, range.lowerBound), range.upperBound)
  }

  /// The law with density v^(-count / 2) exp(-squares / 2 v) on the range, by its distribution function on a
  /// grid.
  private func drawVariance(
    _ squares: Double, _ count: Double, using generator: inout Xoshiro256
  ) -> Double {
    let grid = Self.varianceGrid
    let logs = grid.map { -0.5 * (count * log($0) + squares / $0) }
    let highest = logs.max()!
    var cumulative = [0.0]
    for i in 1..<grid.count {
      cumulative.append(
        cumulative[i - 1] + 0.5 * (exp(logs[i - 1] - highest) + exp(logs[i] - highest)))
    }
    let level = generator.nextUniform() * cumulative[grid.count - 1]
    let cell = max(1, cumulative.firstIndex { $0 > level } ?? grid.count - 1)
    let mass = cumulative[cell] - cumulative[cell - 1]
    let part = mass > 0 ? (level - cumulative[cell - 1]) / mass : 0.5
    return grid[cell - 1] + part * (grid[cell] - grid[cell - 1])
  }
}
