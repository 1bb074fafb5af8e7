import ParzenCore
import ParzenDistributions
import ParzenEstimators
import ParzenKernels
import ParzenMixtures
import ParzenNetworks

/// Whitened contexts with labelled queries, in the layout that the network takes; its memory is used again.
///
/// Each context draws a distribution from the prior, `samples` samples of it, and fresh queries, the last
/// quarter of them widened by N(0, 0.8^2) where the target reaches that far, with the exact log density and
/// score as labels.
final class TrainingContexts {
  let bucket: TrainingBucket
  let count: Int
  let components: Int
  private let whitening: Whitening.Form
  static let widenedPart = 0.25
  static let widening = 0.8
  /// Nats, for each of d + 6 dimensions, below the other queries' lowest log density, from which a query is
  /// not widened.
  static let widestFall = 3.0
  private let queryCount: Int
  private var samples: [Float]
  private var anchors: [Float]
  private var queries: [Float]
  private var logDensity: [Float]
  private var score: [Float]
  private var metric: [Float]
  private var scoreScale: [Float]
  private var logDensityScale: [Float]

  init(
    _ bucket: TrainingBucket, count: Int, components: Int, queries m: Int, whitening: Whitening.Form
  ) {
    self.bucket = bucket
    self.count = count
    self.components = components
    self.whitening = whitening
    let d = bucket.dimension
    queryCount = m
    samples = .init(repeating: 0, count: count * d * bucket.samples)
    anchors = .init(repeating: 0, count: max(1, count * components * d))
    queries = .init(repeating: 0, count: count * d * m)
    score = queries
    logDensity = .init(repeating: 0, count: count * m)
    metric = .init(repeating: 0, count: count * d * d)
    scoreScale = logDensity
    logDensityScale = .init(repeating: 0, count: count)
  }

  /// Draws all contexts anew; context `i` is a function of the seed, the step and `first + i` alone.
  func draw(prior: MixedPrior, seed: UInt64, step: Int, first: Int) {
    for index in 0..<count {
      var generator = Xoshiro256(seed: seed, stream: step, first + index)
      while !draw(index, prior: prior, using: &generator) {}
    }
  }

  /// Draws one context; false, with nothing used, where the labels or the whitening are not finite, or
  /// there are fewer distinct samples than anchors.
  private func draw(_ index: Int, prior: MixedPrior, using generator: inout Xoshiro256) -> Bool {
    let (d, n, m) = (bucket.dimension, bucket.samples, queryCount)
    let (target, scales) = prior.draw(dimension: d, using: &generator)
    let x = target.sample(count: n, using: &generator)
    var y = target.sample(count: m, using: &generator)
    let kept = m - Int((Double(m) * Self.widenedPart).rounded())
    widen(&y, from: kept, target: target, using: &generator)
    guard let whitening = try? Whitening(samples: x, form: whitening),
      let labels = try? target.evaluate(at: y),
      labels.logDensity.allSatisfy(\.isFinite), labels.score.elements.allSatisfy(\.isFinite)
    else { return false }
    store(whitening.whitened(x), at: index, in: &samples)
    store(whitening.whitened(y), at: index, in: &queries)
    for p in 0..<m { logDensity[index * m + p] = Float(labels.logDensity[p] - whitening.logDeterminant) }
    // s = s_w A^T for z = x A: labels are needed in whitened coordinates, errors of Gaussian mixtures count
    // in the prior's own coordinates, where the scales of most are of the same order.
    let whitenedScore = whitening.whitenScores(labels.score)
    store(whitenedScore, at: index, in: &score)
    let isGaussianMixture = target is GaussianMixture
    for i in 0..<d {
      for j in 0..<d {
        metric[(index * d + i) * d + j] =
          isGaussianMixture ? Float(whitening.forward[j, i] / whitening.scale[j]) : (i == j ? 1 : 0)
      }
    }
    let measured = isGaussianMixture ? labels.score : whitenedScore
    let units = ErrorUnits(
      scales, target: target, queries: y, score: measured, logDensity: labels.logDensity, kept: kept)
    for p in 0..<m { scoreScale[index * m + p] = Float(units.score[p]) }
    logDensityScale[index] = Float(units.logDensity)
    let chosen = anchors.withUnsafeMutableBufferPointer { anchors in
      samples.withUnsafeBufferPointer { samples in
        selectAnchors(
          components, from: PointBlock(samples.baseAddress! + index * d * n, count: n), dimension: d,
          into: anchors.baseAddress! + index * components * d)
      }
    }
    return chosen == components && units.score.allSatisfy { $0 > 0 && $0.isFinite }
  }

  /// Moves the queries from row `first` on by N(0, 0.8^2) in every coordinate, except where that leads out of
  /// the distribution altogether, as it does around a nearly singular component: the few points there,
  /// thousands of nats down, would outweigh all others.
  private func widen(
    _ queries: inout Matrix, from first: Int, target: any Distribution, using generator: inout Xoshiro256
  ) {
    let d = queries.columns
    let draws = queries.elements
    for i in first * d..<draws.count { queries.elements[i] += Self.widening * generator.nextNormal() }
    guard let logDensity = try? target.logDensity(at: queries), let lowest = logDensity[..<first].min() else {
      return
    }
    for p in first..<queries.rows where !(logDensity[p] > lowest - Self.widestFall * Double(d + 6)) {
      queries.elements.replaceSubrange(p * d..<(p + 1) * d, with: draws[p * d..<(p + 1) * d])
    }
  }

  /// Writes points coordinate by coordinate.
  private func store(_ points: Matrix, at index: Int, in target: inout [Float]) {
    let (count, d) = (points.rows, points.columns)
    for i in 0..<d {
      let begin = (index * d + i) * count
      for p in 0..<count { target[begin + p] = Float(points.elements[p * d + i]) }
    }
  }

  /// Runs `body` on the contexts, queries and labels.
  func withInputs<Result>(
    _ body: (WhitenedContexts<Float>, PointBlock<Float>, DensityLabels<Float>) -> Result
  ) -> Result {
    samples.withUnsafeBufferPointer { samples in
      anchors.withUnsafeBufferPointer { anchors in
        queries.withUnsafeBufferPointer { queries in
          withLabels { labels in
            body(
              WhitenedContexts(
                count: count, dimension: bucket.dimension,
                samples: .exact(PointBlock(samples.baseAddress!, count: bucket.samples)),
                anchors: anchors.baseAddress!,
                components: components),
              PointBlock(queries.baseAddress!, count: queryCount), labels)
          }
        }
      }
    }
  }

  private func withLabels<Result>(_ body: (DensityLabels<Float>) -> Result) -> Result {
    logDensity.withUnsafeBufferPointer { logDensity in
      score.withUnsafeBufferPointer { score in
        metric.withUnsafeBufferPointer { metric in
          scoreScale.withUnsafeBufferPointer { scoreScale in
            logDensityScale.withUnsafeBufferPointer { logDensityScale in
              body(
                DensityLabels(
                  logDensity: logDensity.baseAddress!, score: score.baseAddress!,
                  metric: metric.baseAddress!, scoreScale: scoreScale.baseAddress!,
                  logDensityScale: logDensityScale.baseAddress!))
            }
          }
        }
      }
    }
  }
}
