import ParzenCore
import ParzenPlatform

/// A mixture in a coordinate of one column, for questions at very many places: what is near a place alone is
/// summed there.
///
/// Components are sorted by their scales, in powers of two, and by their means. Beyond 39 standard deviations
/// a component's density is below the smallest number of Float64.
package struct LineMixture: Sendable {
  /// Components of one power of two, ascending.
  private struct Scale: Sendable {
    var means: [Double] = []
    var deviations: [Double] = []
    var weights: [Double] = []
    var logFactors: [Double] = []
    /// The largest deviation.
    var largest: Double { deviations.max() ?? 0 }

    /// The first component whose mean is not below a place.
    func first(from place: Double) -> Int { means.indices.partitioningIndex { means[$0] >= place } }
  }

  private let scales: [(components: Scale, reach: Double)]
  private let column: ColumnTransformation
  private let origin: Double
  private let scale: Double

  private static let reach = 39.0

  /// - Precondition: the density has one dimension.
  /// - Complexity: O(K log K) for K components, with their images.
  package init(_ density: TransformedMixture) {
    (column, origin, scale) = (density.columns[0], density.origin[0], density.scale[0])
    scales = Self.scales(density.images).map { ($0, Self.reach * $0.largest) }
  }

  private static func scales(_ mixture: GaussianMixture) -> [Scale] {
    var scales: [Int: Scale] = [:]
    let order = mixture.weights.indices.sorted { mixture.means[$0, 0] < mixture.means[$1, 0] }
    for k in order where mixture.weights[k] > 0 {
      // No square of it, which would be no number for columns in extreme units.
      let deviation = mixture.covarianceFactor(of: k)[0, 0]
      let exponent = Int(deviation.exponent)
      scales[exponent, default: Scale()].means.append(mixture.means[k, 0])
      scales[exponent]?.deviations.append(deviation)
      scales[exponent]?.weights.append(mixture.weights[k])
      scales[exponent]?.logFactors.append(
        log(mixture.weights[k]) - log(deviation) - 0.5 * log(2 * Double.pi))
    }
    return scales.sorted { $0.key < $1.key }.map(\.value)
  }

  /// The log density at a value of the column; -infinity where it is below the numbers of Float64.
  ///
  /// - Complexity: O(components near it).
  package func logDensity(at x: Double) -> Double {
    guard column.contains(x) else { return -.infinity }
    let expansion = column.expansion(at: x)
    let y = (expansion.y - origin) / scale
    var (highest, sum) = (-Double.infinity, 0.0)
    for (components, reach) in scales {
      for k in components.first(from: y - reach)..<components.means.count {
        guard components.means[k] <= y + reach else { break }
        let z = (y - components.means[k]) / components.deviations[k]
        let term = components.logFactors[k] - 0.5 * z * z
        // In units of the highest term so far.
        if term > highest {
          sum = sum * exp(highest - term) + 1
          highest = term
        } else {
          sum += exp(term - highest)
        }
      }
    }
    return sum > 0 ? highest + log(sum) + expansion.logSlope - log(scale) : -.infinity
  }

  /// The probability between two values of the column's domain, the first of them the smaller one.
  ///
  /// - Complexity: O(components near it or in it).
  package func probability(from lower: Double, to upper: Double) -> Double {
    let ends = [lower, upper].map { (column.coordinate(at: $0) - origin) / scale }
    guard ends[0] < ends[1] else { return 0 }
    return scales.reduce(0) { sum, scale in
      let (components, reach) = scale
      var sum = sum
      for k in components.first(from: ends[0] - reach)..<components.means.count {
        guard components.means[k] <= ends[1] + reach else { break }
        let (mean, deviation) = (components.means[k], components.deviations[k])
        sum +=
          components.weights[k]
          * NormalProbability.between((ends[0] - mean) / deviation, (ends[1] - mean) / deviation)
      }
      return sum
    }
  }

  /// Values of the column, ascending, that are close beside the scales of all components: a fifth to a tenth
  /// of a standard deviation apart, up to nine of them from the means. Where these would be more than a
  /// million, they are up to five times as far apart.
  ///
  /// - Complexity: O(K) values, fewer where components are close to each other.
  package static func grid(_ density: TransformedMixture) -> [Double] {
    let (column, origin, scale) = (density.columns[0], density.origin[0], density.scale[0])
    var parts: [(range: ClosedRange<Double>, step: Double)] = []
    for components in scales(density.coordinateMixture) {
      let step = 0.2 * Double(sign: .plus, exponent: components.deviations[0].exponent, significand: 1)
      let ranges = zip(components.means, components.deviations).map { $0 - 9 * $1...$0 + 9 * $1 }
        .sorted { $0.lowerBound < $1.lowerBound }
      for range in ranges {
        if let last = parts.last, last.step == step, range.lowerBound <= last.range.upperBound {
          parts[parts.count - 1].range =
            last.range.lowerBound...max(last.range.upperBound, range.upperBound)
        } else {
          parts.append((range, step))
        }
      }
    }
    func count(_ part: (range: ClosedRange<Double>, step: Double), _ factor: Double) -> Double {
      ((part.range.upperBound - part.range.lowerBound) / (factor * part.step)).rounded(.up)
    }
    let total = parts.reduce(0) { $0 + count($1, 1) }
    let factor = min(5, max(1, total / mostPoints))
    let places = parts.flatMap { part in
      let steps = max(1, Int(count(part, factor)))
      return (0...steps).map { index in
        let share = Double(index) / Double(steps)
        let place = part.range.lowerBound + share * (part.range.upperBound - part.range.lowerBound)
        return origin + scale * place
      }
    }
    let values = column.inverses(of: places).filter(column.contains).sorted()
    return values.indices.filter { $0 == 0 || values[$0] > values[$0 - 1] }.map { values[$0] }
  }

  private static let mostPoints = 1e6
}
