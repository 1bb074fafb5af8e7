import ParzenCore
import ParzenPlatform

/// The reduction of a Gaussian mixture to fewer components, two at a time.
///
/// The pair (i, j) that is merged is the one with the least bound
///
///     B = (w log det S - w_i log det S_i - w_j log det S_j) / 2,   w = w_i + w_j,
///
/// on the Kullback-Leibler divergence that merging costs, with S the covariance of the two together, which
/// the merged component has, as it has their mean. B does not change under affine maps.
///
/// A. R. Runnalls, Kullback-Leibler approach to Gaussian mixture reduction, IEEE Trans. Aerospace and
/// Electronic Systems 43, 2007.
struct ComponentMerging {
  fileprivate struct Component {
    var weight: Double
    var mean: [Double]
    /// Entries (i, j), i >= j, of d x d; the others are zero.
    var covariance: Matrix
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
    var count: Int { components.count { $0 != nil } }
    /// The mixture.
    var mixture: GaussianComponents { GaussianComponents(components.compactMap(\.self)) }
  }

  /// nil where a component was merged into another.
  private var components: [Component?]
  private var partners: [Partner?]

  /// - Complexity: O(K^2 d^3) time for K components, O(K d^2) memory.
  private init(_ mixture: GaussianComponents) {
    components = (0..<mixture.count).map { k in
      let covariance = mixture.covariance(of: k)
      let weight = exp(mixture.logWeights[k])
      guard weight > 0, let factor = Cholesky(covariance) else { return nil }
      let mean = (0..<mixture.dimension).map { mixture.means[$0 * mixture.count + k] }
      return Component(
        weight: weight, mean: mean, covariance: covariance, logDeterminant: factor.logDeterminant)
    }
    partners = []
    for index in components.indices { partners.append(partner(of: index)) }
  }

  /// The mixtures that merging leads through, from the first to a single component, each with the sum of the
  /// bounds.
  ///
  /// - Complexity: O(K^2 d^3) time for K components, where each is the cheapest partner of few others.
  static func path(_ mixture: GaussianComponents) -> [Stage] {
    var merging = ComponentMerging(mixture)
    var path = [Stage(components: merging.components, cost: 0)]
    while let cost = merging.mergeCheapest() {
      path.append(Stage(components: merging.components, cost: path[path.count - 1].cost + cost))
    }
    return path
  }

  /// Merges the cheapest pair; its cost, or nil where one component is left.
  private mutating func mergeCheapest() -> Double? {
    var cheapest: (first: Int, partner: Partner)?
    for (index, partner) in partners.enumerated() {
      if let partner, partner.cost < cheapest?.partner.cost ?? .infinity { cheapest = (index, partner) }
    }
    guard let (first, partner) = cheapest, let one = components[first], let other = components[partner.index],
      let union = Self.union(one, other)
    else { return nil }
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
    var best: Partner?
    for other in components.indices.suffix(from: index + 1) {
      guard let cost = cost(index, other), cost < best?.cost ?? .infinity else { continue }
      best = Partner(index: other, cost: cost)
    }
    return best
  }

  private func cost(_ first: Int, _ second: Int) -> Double? {
    guard let one = components[first], let other = components[second], let union = Self.union(one, other)
    else { return nil }
    return
      (union.weight * union.logDeterminant - one.weight * one.logDeterminant - other.weight
      * other.logDeterminant) / 2
  }

  /// One component with the weight, mean and covariance of two.
  private static func union(_ one: Component, _ other: Component) -> Component? {
    let weight = one.weight + other.weight
    let share = other.weight / weight
    let step = zip(one.mean, other.mean).map { $1 - $0 }
    var covariance = one.covariance
    for i in step.indices {
      for j in 0...i {
        covariance[i, j] =
          (1 - share) * one.covariance[i, j] + share * other.covariance[i, j]
          + share * (1 - share) * step[i] * step[j]
      }
    }
    guard let factor = Cholesky(covariance) else { return nil }
    return Component(
      weight: weight, mean: zip(one.mean, step).map { $0 + share * $1 }, covariance: covariance,
      logDeterminant: factor.logDeterminant)
  }
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
        components.map { $0.covariance[j, i] }
      })
  }
}
