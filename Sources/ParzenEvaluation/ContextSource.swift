import Foundation
import ParzenCore

/// Random targets with samples, queries and the truth at the queries.
///
/// Context number i draws its target and its queries from streams of (seed, family, dimension, i) and its
/// samples from a stream that also holds the sample size. So all sample sizes see the same targets and
/// queries.
public struct ContextSource: Sendable {
  /// The seed of everything random.
  public var seed: UInt64
  /// The number of queries per context.
  public var queries: Int
  /// Whether the samples themselves are the queries, as in some published tables; a kernel's own term
  /// distorts errors there.
  public var queriesAreSamples: Bool

  public init(seed: UInt64, queries: Int = 512, queriesAreSamples: Bool = false) {
    self.seed = seed
    self.queries = queries
    self.queriesAreSamples = queriesAreSamples
  }

  /// The context of a number.
  public func context(_ index: Int, of target: TargetFamily, dimension: Int, size: Int) -> EvaluationContext {
    var generator = Xoshiro256(seed: seed, stream: target.stream, dimension, index)
    let distribution = target.draw(dimension: dimension, using: &generator)
    var queries = distribution.sample(count: queries, using: &generator)
    var sampling = Xoshiro256(seed: seed, stream: target.stream, dimension, index, size)
    var samples = distribution.sample(count: size, using: &sampling)
    if queriesAreSamples { queries = samples }
    do {
      var truth = try distribution.evaluate(at: queries)
      if let contamination = target.contamination {
        let kept = log(1 - contamination.contaminate(&samples, &sampling))
        for row in truth.logDensity.indices { truth.logDensity[row] += kept }
      }
      return EvaluationContext(target: distribution, samples: samples, queries: queries, truth: truth)
    } catch {
      preconditionFailure("a distribution can be evaluated at its own draws: \(error)")
    }
  }
}
