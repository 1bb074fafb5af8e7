import ParzenCore
import ParzenPlatform

/// Mixtures of Gaussians of very different sizes and distances: claws, combs, nested and far clusters.
///
/// | layout | share | sizes | places |
/// |---|---|---|---|
/// | claw | 20 % | 1, and 2 to 12 spikes of 0.01 to 0.3 | evenly spaced on a line, or by the broad law |
/// | comb | 15 % | falling by 1.2 to 3 each, or once, to 0.01 | on a line, 1.2 to 3.5 sizes apart |
/// | nested | 15 % | log-uniform in [0.01, 1], 2 to 5 of them | about one place |
/// | far | 25 % | alike, or e^U(-1.1, 1.1); 2 to 30 clusters | 8 to 300 apart, or on a grid of 4 to 30 |
/// | scattered | 25 % | log-uniform in [0.01, 1], 2 to 15 of them | a cube of half width 0.5 to 6 |
///
/// The broad law of a claw weighs 0.2 to 0.8. A quarter of the far clusters have parts, and all of them
/// together are at most about 400 sizes wide. Two in five scattered draws have a size of its own for every
/// axis.
///
/// Weights are equal (25 %), uniform on the simplex (45 %), or some of them log-uniform in [0.01, 0.1] (30
/// %). Sizes along the axes differ by e^U(-0.7, 0.7) in half of the draws; from two dimensions on, half of
/// the draws have every component turned at random. Every draw is a `GaussianMixture`.
///
/// ```swift
/// let target: GaussianMixture = MultiScalePrior().drawMixture(dimension: 2, using: &generator)
/// ```
public struct MultiScalePrior: DistributionPrior, Equatable {
  /// The prior.
  public init() {}

  public func draw(dimension: Int, using generator: inout some RandomNumberGenerator) -> any Distribution {
    drawMixture(dimension: dimension, using: &generator)
  }

  /// The same draw with its type.
  public func drawMixture(
    dimension: Int, using generator: inout some RandomNumberGenerator
  ) -> GaussianMixture {
    var local = Xoshiro256(drawnFrom: &generator)
    let layout = local.nextUniform()
    var frame =
      layout < 0.2
      ? claw(dimension, using: &local)
      : layout < 0.35
        ? comb(dimension, using: &local)
        : layout < 0.5
          ? nested(dimension, using: &local)
          : layout < 0.75 ? far(dimension, using: &local) : scattered(dimension, using: &local)
    if local.nextUniform() < 0.5 {
      for i in frame.deviations.elements.indices {
        frame.deviations.elements[i] *= exp(local.nextUniform(-0.7, 0.7))
      }
    }
    let turned = dimension > 1 && local.nextUniform() < 0.5
    return turned ? frame.turnedGaussianMixture(using: &local) : frame.gaussianMixture
  }

  private func claw(_ d: Int, using generator: inout Xoshiro256) -> ComponentFrame {
    let spikes = 2 + generator.nextInteger(below: 11)
    let isRegular = generator.nextUniform() < 0.5
    let (half, direction) = (generator.nextUniform(0.8, 2.5), generator.nextDirection(d))
    let common = generator.nextUniform() < 0.6 ? generator.nextLogUniform(0.01, 0.3) : nil
    var frame = ComponentFrame(dimension: d)
    frame.append([Double](repeating: 0, count: d), size: 1)
    for spike in 0..<spikes {
      let place =
        isRegular
        ? direction.map { $0 * half * (2 * Double(spike) / Double(spikes - 1) - 1) }
        : (0..<d).map { _ in generator.nextNormal() }
      frame.append(place, size: common ?? generator.nextLogUniform(0.01, 0.3))
    }
    let broad = generator.nextUniform(0.2, 0.8)
    frame.weights = [broad] + weights(spikes, using: &generator).map { $0 * (1 - broad) }
    return frame
  }

  private func comb(_ d: Int, using generator: inout Xoshiro256) -> ComponentFrame {
    let teeth = 2 + generator.nextInteger(below: 7)
    let (isStep, direction) = (generator.nextUniform() < 0.3, generator.nextDirection(d))
    let ratio = isStep ? generator.nextLogUniform(2, 30) : generator.nextLogUniform(1.2, 3)
    let gap = generator.nextUniform(1.2, 3.5)
    var frame = ComponentFrame(dimension: d)
    var (at, last) = (0.0, 0.0)
    for tooth in 0..<teeth {
      let fall = isStep ? (2 * tooth < teeth ? 0 : 1) : Double(tooth)
      let size = max(0.01, pow(ratio, -fall))
      if tooth > 0 { at += gap * (last + size) }
      frame.append(direction.map { $0 * at }, size: size)
      last = size
    }
    // From all alike to as large as the tooth.
    let power = generator.nextUniform()
    frame.weights = zip(weights(teeth, using: &generator), frame.deviations[column: 0]).map {
      $0 * pow($1, power)
    }
    return frame
  }

  private func nested(_ d: Int, using generator: inout Xoshiro256) -> ComponentFrame {
    let count = 2 + generator.nextInteger(below: 4)
    let sizes = (0..<count).map { _ in generator.nextLogUniform(0.01, 1) }.sorted(by: >)
    var frame = ComponentFrame(dimension: d)
    var place = [Double](repeating: 0, count: d)
    for size in sizes {
      frame.append(place, size: size)
      for i in 0..<d { place[i] += 0.5 * size * generator.nextNormal() }
    }
    frame.weights = weights(count, using: &generator)
    return frame
  }

  private func far(_ d: Int, using generator: inout Xoshiro256) -> ComponentFrame {
    let share = generator.nextUniform()
    let count = 2 + Int(29 * share * share)
    let side = Int(pow(Double(count), 1 / Double(d)).rounded(.up))
    let isGrid = generator.nextUniform() < 0.3
    let distance =
      isGrid
      ? generator.nextLogUniform(4, 30)
      : generator.nextLogUniform(8, max(9, min(300, 400 / Double(side))))
    let (alike, hasParts) = (generator.nextUniform() < 0.5, generator.nextUniform() < 0.25)
    let clusterWeights = weights(count, using: &generator)
    var frame = ComponentFrame(dimension: d)
    var all: [Double] = []
    for cluster in 0..<count {
      var cell = cluster
      let place = (0..<d).map { _ in
        defer { cell /= side }
        return distance * (isGrid ? Double(cell % side) : Double(side) * generator.nextUniform())
      }
      let size = alike ? 1 : exp(generator.nextUniform(-1.1, 1.1))
      let parts = hasParts ? 1 + generator.nextInteger(below: 3) : 1
      for (part, weight) in generator.nextDirichlet(count: parts).enumerated() {
        frame.append(
          part == 0 ? place : place.map { $0 + 1.5 * size * generator.nextNormal() },
          size: part == 0 ? size : size * exp(generator.nextUniform(-0.7, 0.7)))
        all.append(weight * clusterWeights[cluster])
      }
    }
    frame.weights = all
    return frame
  }

  private func scattered(_ d: Int, using generator: inout Xoshiro256) -> ComponentFrame {
    let count = 2 + generator.nextInteger(below: 14)
    let half = generator.nextLogUniform(0.5, 6)
    let everyAxis = generator.nextUniform() < 0.4
    var frame = ComponentFrame(dimension: d)
    for _ in 0..<count {
      frame.append(
        (0..<d).map { _ in generator.nextUniform(-half, half) }, size: generator.nextLogUniform(0.01, 1))
    }
    if everyAxis {
      for i in frame.deviations.elements.indices {
        frame.deviations.elements[i] = generator.nextLogUniform(0.01, 1)
      }
    }
    frame.weights = weights(count, using: &generator)
    return frame
  }

  private func weights(_ count: Int, using generator: inout Xoshiro256) -> [Double] {
    let kind = generator.nextUniform()
    if kind < 0.25 { return [Double](repeating: 1 / Double(count), count: count) }
    var weights = generator.nextDirichlet(count: count)
    if kind < 0.7 { return weights }
    for k in 0..<count where generator.nextUniform() < 0.4 {
      weights[k] = generator.nextLogUniform(0.01, 0.1)
    }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }
}

extension ComponentFrame {
  /// No components yet.
  fileprivate init(dimension d: Int) {
    self.init(weights: [], means: Matrix(rows: 0, columns: d), deviations: Matrix(rows: 0, columns: d))
  }

  /// Adds a component of equal size along all axes; its weight is to follow.
  fileprivate mutating func append(_ place: [Double], size: Double) {
    let (count, d) = (means.rows + 1, place.count)
    means = Matrix(rows: count, columns: d, elements: means.elements + place)
    deviations = Matrix(
      rows: count, columns: d, elements: deviations.elements + [Double](repeating: size, count: d))
  }
}

extension RandomNumberGenerator {
  /// A value whose logarithm is uniform.
  mutating func nextLogUniform(_ low: Double, _ high: Double) -> Double {
    low * pow(high / low, nextUniform())
  }

  /// A point of the unit sphere.
  fileprivate mutating func nextDirection(_ d: Int) -> [Double] {
    let values = (0..<d).map { _ in nextNormal() }
    let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 / norm }
  }
}
