import ParzenCore
import ParzenKernels
import ParzenPlatform

/// The reduction of a Gaussian mixture to fewer components, two at a time.
///
/// The pair (i, j) that is merged is the one with the least bound
///
///     B = (w log det S - w_i log det S_i - w_j log det S_j) / 2,   w = w_i + w_j,
///
/// on the Kullback-Leibler divergence that merging costs, with S the covariance of the two together, which
/// the merged component has, as it has their mean. B does not change under affine maps. In more than 16
/// dimensions, components beyond one for every 4 d samples, whose covariances would tell nothing, are merged
/// first by Ward's criterion, w_i w_j / w |m_i - m_j|^2 / 2, to which B comes down where all covariances are
/// the identity and the step is small.
///
/// A. R. Runnalls, Kullback-Leibler approach to Gaussian mixture reduction, IEEE Trans. Aerospace and
/// Electronic Systems 43, 2007.
struct ComponentMerging {
  fileprivate struct Component {
    var weight: Double
    var mean: [Double]
    /// d x d, of which the entries (i, j), i >= j, are read.
    var covariance: [Double]
    var logDeterminant: Double
  }

  /// A component's cheapest partner among those after it.
  private struct Partner {
    var index: Int
    var cost: Double
  }

  /// A mixture on the way.
  struct Stage {
    fileprivate var components: [Component?]
    /// The sum of the bounds so far: nats a sample.
    var cost: Double
    /// The number of components.
    let count: Int
    /// The mixture.
    var mixture: GaussianComponents { GaussianComponents(components.compactMap(\.self)) }
  }

  private let dimension: Int
  /// nil where a component was merged into another.
  private var components: [Component?]
  private var partners: [Partner?] = []
  private let scratch: MergingScratch

  private init(_ mixture: GaussianComponents) {
    let d = mixture.dimension
    dimension = d
    let scratch = MergingScratch(dimension: d)
    self.scratch = scratch
    components = (0..<mixture.count).map { k in
      let covariance = mixture.covariance(of: k).elements
      let weight = exp(mixture.logWeights[k])
      guard weight > 0, let logDeterminant = scratch.logDeterminant(covariance) else { return nil }
      let mean = (0..<d).map { mixture.means[$0 * mixture.count + k] }
      return Component(weight: weight, mean: mean, covariance: covariance, logDeterminant: logDeterminant)
    }
  }

  /// The mixtures that merging leads through, from the first to a single component, each with the sum of the
  /// bounds.
  ///
  /// - Parameter samples: how many samples the mixture is an estimate from.
  /// - Complexity: O(K^2 d^3) time for K components, where each is the cheapest partner of few others; K is
  ///   no more than n / 4 d where d is above 16. O(K d^2) memory.
  static func path(_ mixture: GaussianComponents, samples n: Double) -> [Stage] {
    var merging = ComponentMerging(mixture)
    merging.mergeCentres(downTo: mixture.dimension > 16 ? max(4, Int(n) / (4 * mixture.dimension)) : .max)
    merging.partners = merging.components.indices.map { merging.partner(of: $0) }
    var path = [merging.stage(cost: 0)]
    while let cost = merging.mergeCheapest() {
      path.append(merging.stage(cost: path[path.count - 1].cost + cost))
    }
    return path
  }

  private func stage(cost: Double) -> Stage {
    Stage(components: components, cost: cost, count: components.count { $0 != nil })
  }

  /// Merges the components whose centres are nearest by Ward's criterion.
  private mutating func mergeCentres(downTo count: Int) {
    while components.count(where: { $0 != nil }) > count {
      var best: (cost: Double, first: Int, second: Int)?
      for (first, one) in components.enumerated() {
        guard let one else { continue }
        for second in components.indices.suffix(from: first + 1) {
          guard let other = components[second] else { continue }
          let squared = zip(one.mean, other.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
          let cost = squared * one.weight * other.weight / (one.weight + other.weight)
          if cost < best?.cost ?? .infinity { best = (cost, first, second) }
        }
      }
      guard let (_, first, second) = best else { return }
      components[first] = union(first, second)
      components[second] = nil
    }
  }

  /// Merges the cheapest pair; its cost, or nil where one component is left.
  private mutating func mergeCheapest() -> Double? {
    var cheapest: (first: Int, partner: Partner)?
    for (index, partner) in partners.enumerated() {
      if let partner, partner.cost < cheapest?.partner.cost ?? .infinity { cheapest = (index, partner) }
    }
    guard let (first, partner) = cheapest, let union = union(first, partner.index) else { return nil }
    (components[first], components[partner.index]) = (union, nil)
    partners[partner.index] = nil
    for index in components.indices.prefix(partner.index) where components[index] != nil {
      let stale = partners[index].map { $0.index == first || $0.index == partner.index } ?? false
      if index == first || stale {
        partners[index] = self.partner(of: index)
      } else if index < first, let cost = cost(index, first), cost < partners[index]?.cost ?? .infinity {
        partners[index] = Partner(index: first, cost: cost)
      }
    }
    return partner.cost
  }

  private func partner(of index: Int) -> Partner? {
    guard components[index] != nil else { return nil }
    var best: Partner?
    for other in components.indices.suffix(from: index + 1) {
      guard let cost = cost(index, other), cost < best?.cost ?? .infinity else { continue }
      best = Partner(index: other, cost: cost)
    }
    return best
  }

  private func cost(_ first: Int, _ second: Int) -> Double? {
    guard let one = components[first], let other = components[second] else { return nil }
    scratch.setUnion(one, other)
    guard let logDeterminant = scratch.factor() else { return nil }
    let weight = one.weight + other.weight
    return (weight * logDeterminant - one.weight * one.logDeterminant - other.weight * other.logDeterminant)
      / 2
  }

  /// One component with the weight, mean and covariance of two.
  private func union(_ first: Int, _ second: Int) -> Component? {
    guard let one = components[first], let other = components[second] else { return nil }
    scratch.setUnion(one, other)
    let covariance = scratch.matrix
    guard let logDeterminant = scratch.factor() else { return nil }
    let weight = one.weight + other.weight
    let mean = zip(one.mean, other.mean).map { $0 + other.weight / weight * ($1 - $0) }
    return Component(weight: weight, mean: mean, covariance: covariance, logDeterminant: logDeterminant)
  }
}

/// Room for one covariance.
private final class MergingScratch {
  private let dimension: Int
  /// d x d.
  private let values: UnsafeMutablePointer<Double>

  init(dimension: Int) {
    self.dimension = dimension
    values = .allocate(capacity: dimension * dimension)
    values.initialize(repeating: 0, count: dimension * dimension)
  }

  deinit { values.deallocate() }

  var matrix: [Double] { Array(UnsafeBufferPointer(start: values, count: dimension * dimension)) }

  /// Takes the covariance of two components together, its lower triangle.
  func setUnion(_ one: ComponentMerging.Component, _ other: ComponentMerging.Component) {
    let d = dimension
    let share = other.weight / (one.weight + other.weight)
    one.covariance.withUnsafeBufferPointer { first in
      other.covariance.withUnsafeBufferPointer { second in
        for i in 0..<d {
          let step = share * (1 - share) * (other.mean[i] - one.mean[i])
          for j in 0...i {
            let place = i * d + j
            values[place] =
              (1 - share) * first[place] + share * second[place] + step * (other.mean[j] - one.mean[j])
          }
        }
      }
    }
  }

  /// The logarithm of a matrix's determinant; nil where it is not positive definite.
  func logDeterminant(_ matrix: [Double]) -> Double? {
    matrix.withUnsafeBufferPointer { values.update(from: $0.baseAddress!, count: dimension * dimension) }
    return factor()
  }

  /// The logarithm of the determinant, or nil where it is not positive; the lower triangle is spoilt.
  func factor() -> Double? { Cholesky.logDeterminant(order: dimension, values) }
}

extension GaussianComponents {
  /// The mixture of some components, at least one.
  fileprivate init(_ components: [ComponentMerging.Component]) {
    let d = components[0].mean.count
    let total = components.reduce(0) { $0 + $1.weight }
    self.init(
      dimension: d, shape: .full, logWeights: components.map { log($0.weight / total) },
      means: (0..<d).flatMap { i in components.map { $0.mean[i] } },
      covariances: Self.entries(.full, dimension: d).flatMap { i, j in
        components.map { $0.covariance[j * d + i] }
      })
  }
}
