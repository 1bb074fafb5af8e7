import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEstimators

/// What the network alone makes of coordinates before all candidates are asked.
@Suite struct CoordinateScreeningTests {
  /// Whether columns as they are, and their normal scores without the first of five folds, stay open.
  private func areOpen(_ samples: Matrix) throws -> (told: Bool, scored: Bool) {
    let network = MixtureTransformerWeights.pretrained
    let told = [ColumnTransformation](repeating: .identity, count: samples.columns)
    let prepared = try PreparedSamples(
      samples, sampleWeights: nil, domains: told.map { _ in .unbounded }, spreads: true,
      record: network.record)
    let folds = (0..<samples.rows).map { $0 % 5 }
    let estimator = GroupEstimator(network: network, policy: .automatic, threads: 1)
    let screening = try CoordinateScreening(
      prepared, folds: folds, votes: folds.map { _ in 1 }, told: told, estimator: estimator)
    let scored = try ColumnScores(prepared: prepared, folds: folds, told: told, estimator: estimator)(
      of: told, without: 0, isQuick: true)
    return (try screening.isOpen(told), try screening.isOpen(scored))
  }

  /// Clusters are plainer in columns as they are than in normal scores of these.
  @Test(arguments: [4, 12]) func scoresThatArePlainlyWorseAreClosed(d: Int) throws {
    var generator = Xoshiro256(seed: 17)
    let centres = Matrix(rows: 4, columns: d, elements: (0..<4 * d).map { _ in 6 * generator.nextNormal() })
    let open = try areOpen(
      Matrix((0..<1000).map { row in (0..<d).map { centres[row % 4, $0] + generator.nextNormal() } }))
    #expect(open.told && !open.scored)
  }

  @Test(arguments: [UnivariateLaw.exponential, .logNormal]) func scoresThatAreBetterAreOpen(
    law: UnivariateLaw
  ) throws {
    var generator = Xoshiro256(seed: 18)
    let target = try ProductDistribution(repeating: UnivariateDistribution(law), dimension: 4)
    let open = try areOpen(target.sample(count: 600, using: &generator))
    #expect(open.told && open.scored)
  }
}
