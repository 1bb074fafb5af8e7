import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEvaluation

@Suite struct TargetFamilyTests {
  @Test func namesAreUniqueAndFound() throws {
    let names = TargetFamily.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Set(TargetFamily.all.map(\.stream)).count == names.count)
    for name in names { #expect(try TargetFamily.named(name).name == name) }
    do {
      _ = try TargetFamily.named("gaussian")
      Issue.record("an unknown name must be refused")
    } catch {
      #expect("\(error)".contains("gmm-sharp-rotated"))
    }
  }

  @Test(arguments: TargetFamily.all.map(\.name), [1, 2, 3, 10, 100])
  func drawsAreUsable(name: String, d: Int) throws {
    let family = try TargetFamily.named(name)
    guard family.dimensions.contains(d) else { return }
    var generator = Xoshiro256(seed: 1, stream: d)
    for _ in 0..<5 {
      let target = family.draw(dimension: d, using: &generator)
      #expect(target.dimension == d)
      let evaluation = try target.evaluate(at: target.sample(count: 20, using: &generator))
      #expect(evaluation.logDensity.allSatisfy { $0.isFinite })
      #expect(evaluation.score.elements.allSatisfy { $0.isFinite })
    }
  }

  @Test func gaussianFamiliesHaveTheirParameters() throws {
    var generator = Xoshiro256(seed: 2)
    func draws(_ name: String, dimension: Int = 2, _ count: Int = 200) throws -> [GaussianMixture] {
      let family = try TargetFamily.named(name)
      return try (0..<count).map { _ in
        try #require(family.draw(dimension: dimension, using: &generator) as? GaussianMixture)
      }
    }
    func variances(_ mixtures: [GaussianMixture]) -> [Double] {
      mixtures.flatMap { mixture in (0..<2).map { mixture.covariance(of: 0)[$0, $0] } }
    }
    let (plain, sharp) = try (variances(draws("gmm")), variances(draws("gmm-sharp")))
    #expect(plain.min()! > 0.2 && plain.max()! < 1 && plain.min()! < 0.25)
    #expect(sharp.min()! > 0.04 && sharp.max()! < 1 && sharp.min()! < 0.06)
    let many = try draws("gmm-many").map(\.componentCount)
    #expect(Set(many) == Set(11...19))
    #expect(try draws("gmm-100", dimension: 100, 5).allSatisfy { $0.componentCount == 2 })
    for name in ["gmm-rotated", "gmm-sharp-rotated"] {
      let rotated = try draws(name)
      #expect(rotated.contains { abs($0.covariance(of: 0)[0, 1]) > 0.05 })
      // A rotation keeps traces: sums of two variances in the family's range.
      let traces = rotated.map { $0.covariance(of: 0)[0, 0] + $0.covariance(of: 0)[1, 1] }
      #expect(traces.allSatisfy { $0 < 2 && $0 > (name == "gmm-rotated" ? 0.4 : 0.08) })
      #expect(rotated.contains { $0.means.elements.contains { abs($0) > 3 } })
    }
  }
}
