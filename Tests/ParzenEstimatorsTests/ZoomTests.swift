import Foundation
import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEstimators

/// Groups of samples that stand apart.
@Suite struct ZoomTests {
  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  /// Unit normals whose means are far apart, in directions of their own.
  private func normals(_ count: Int, _ d: Int, distance: Double) throws -> GaussianMixture {
    var means = Matrix(rows: count, columns: d)
    for k in 0..<count { for i in 0..<d { means[k, i] = distance * Double((k * (i + 2) * 7) % 5 + k) } }
    return try GaussianMixture(
      weights: [Double](repeating: 1 / Double(count), count: count), means: means,
      variances: Matrix(rows: count, columns: d, repeating: 1))
  }

  @Test(arguments: [1, 2, 5], [30.0, 4e3, 7e5]) func distantClusters(d: Int, distance: Double) throws {
    let target = try normals(3, d, distance: distance)
    var generator = Xoshiro256(seed: 3, stream: d)
    let (samples, fresh) = (
      target.sample(count: 1000, using: &generator), target.sample(count: 3000, using: &generator)
    )
    let estimate = try MixtureTransformer(samples: samples, policy: .untransformed)
    let divergence = try mean(
      zip(target.logDensity(at: fresh), estimate.logDensity(at: fresh)).map { $0 - $1 })
    #expect(divergence < 0.05, "\(divergence)")
    #expect(estimate.record.parts.contains { $0.candidate == .zoom })
  }

  @Test(arguments: [1, 2, 4], [3e2, 6e5, 2e8]) func aWildValueChangesNothingElsewhere(d: Int, place: Double)
    throws
  {
    var generator = Xoshiro256(seed: 5, stream: d)
    var elements = (0..<400 * d).map { _ in generator.nextNormal() }
    let fresh = Matrix(rows: 1000, columns: d, elements: (0..<1000 * d).map { _ in generator.nextNormal() })
    let plain = try MixtureTransformer(
      samples: Matrix(rows: 400, columns: d, elements: elements), policy: .untransformed)
    elements += [Double](repeating: place, count: d)
    let samples = Matrix(rows: 401, columns: d, elements: elements)
    let estimate = try MixtureTransformer(samples: samples, policy: .untransformed)
    let loss = try mean(zip(plain.logDensity(at: fresh), estimate.logDensity(at: fresh)).map { $0 - $1 })
    #expect(loss < 0.03, "\(loss)")
    #expect(estimate.record.setApart == [[400]])
  }

  @Test func codesForMissingValuesAreSetApart() throws {
    var generator = Xoshiro256(seed: 6)
    var values = (0..<1000).map { _ in 20 + 5 * generator.nextNormal() }
    for row in stride(from: 7, to: 1000, by: 40) { values[row] = -9999 }
    let estimate = try MixtureTransformer(
      samples: Matrix(rows: 1000, columns: 1, elements: values), policy: .untransformed)
    #expect(estimate.record.setApart == [Array(stride(from: 7, to: 1000, by: 40))])
    let good = (0..<2000).map { _ in 20 + 5 * generator.nextNormal() }
    let truth = good.map {
      log(0.975) - 0.5 * (($0 - 20) / 5) * (($0 - 20) / 5) - log(5 * (2 * Double.pi).squareRoot())
    }
    let found = try estimate.logDensity(at: Matrix(rows: 2000, columns: 1, elements: good))
    #expect(mean(zip(truth, found).map { $0 - $1 }) < 0.02)
  }

  /// The shares of a split sum to the whole, so that tails which overlap are in both parts.
  @Test func membershipsSumToOne() throws {
    let mixture = try GaussianMixture(
      weights: [0.5, 0.3, 0.2], means: Matrix([[0], [4.6], [300]]), variances: Matrix([[1], [1], [1]]))
    var generator = Xoshiro256(seed: 7)
    let samples = mixture.sample(count: 500, using: &generator)
    let groups = try ComponentGroups(mixture, samples)
    #expect(groups.count == 3)
    let memberships = (0..<3).map { groups.memberships($0) }
    for row in 0..<500 { #expect(abs(memberships.reduce(0) { $0 + $1[row] } - 1) < 1e-9) }
    #expect(memberships[0].contains { $0 > 0.05 && $0 < 0.95 })
  }

  @Test func nearComponentsAreOneGroupAndNarrowOnesInsideStandApart() throws {
    let near = try GaussianMixture(
      weights: [0.5, 0.5], means: Matrix([[0], [3]]), variances: Matrix([[1], [1]]))
    let nested = try GaussianMixture(
      weights: [0.5, 0.5], means: Matrix([[0], [1]]), variances: Matrix([[1], [0.01]]))
    var generator = Xoshiro256(seed: 8)
    #expect(try ComponentGroups(near, near.sample(count: 200, using: &generator)).count == 1)
    #expect(try ComponentGroups(nested, nested.sample(count: 200, using: &generator)).count == 2)
  }
}

extension ZoomTests {
  /// More clusters than the network has components for so many samples.
  @Test func manyClustersAreFoundByTheirGaps() throws {
    let count = 20
    let target = try GaussianMixture(
      weights: [Double](repeating: 1 / Double(count), count: count),
      means: Matrix(rows: count, columns: 1, elements: (0..<count).map { 13 * Double($0) }),
      variances: Matrix(rows: count, columns: 1, repeating: 1))
    var generator = Xoshiro256(seed: 17)
    let (samples, fresh) = (
      target.sample(count: 800, using: &generator), target.sample(count: 3000, using: &generator)
    )
    let estimate = try MixtureTransformer(samples: samples, policy: .untransformed)
    let divergence = try zip(target.logDensity(at: fresh), estimate.logDensity(at: fresh))
      .reduce(0) { $0 + ($1.0 - $1.1) / 3000 }
    #expect(divergence < 0.12, "\(divergence)")
  }

  /// Where clusters have a few samples each, what stands apart is partly chance: kernels do better, and the
  /// samples that had a part in the division do not hide that.
  @Test(arguments: [71 as UInt64, 72]) func divisionsByChanceAreSeenThrough(seed: UInt64) throws {
    let d = 6
    var generator = Xoshiro256(seed: seed)
    let rotation = Matrix.randomOrthogonal(d, using: &generator)
    func draws(_ n: Int) -> Matrix {
      let points = Matrix(
        rows: n, columns: d,
        elements: (0..<n * d).map { _ in
          (generator.nextUniform() < 0.5 ? -2 : 2) + generator.nextNormal() / 2
        })
      return points * rotation
    }
    let (samples, fresh) = (draws(300), draws(3000))
    let found = mean(try MixtureTransformer(samples: samples).logDensity(at: fresh))
    let kernels = mean(try KernelDensity(samples: samples, bandwidth: .crossValidation).logDensity(at: fresh))
    #expect(found > kernels - 0.1, "\(found), kernels \(kernels)")
  }

  @Test func gapsAreProposedWhereTheyAreMarked() {
    let clusters = Matrix(
      rows: 12, columns: 1, elements: [0, 0.2, 0.5, 0.6, 5, 5.3, 5.4, 5.8, 9, 9.1, 9.3, 9.7])
    #expect(GapGroups.propose(clusters) == [Array(0..<4), Array(4..<8), Array(8..<12)])
    #expect(GapGroups.divide(clusters) == nil)
    let even = Matrix(rows: 12, columns: 1, elements: (0..<12).map { Double($0) + 0.01 * Double($0 % 3) })
    #expect(GapGroups.propose(even) == nil)
    let code = Matrix(rows: 6, columns: 1, elements: [1, 2.5, -999, 3.1, 1.7, 2.2])
    #expect(GapGroups.divide(code) == [[2], [0, 1, 3, 4, 5]])
  }

  /// Among many columns one has a marked gap by chance, and a cluster apart in one has a larger one.
  @Test func chanceGapsInManyColumnsAreNotProposed() {
    var proposed = 0
    for seed in UInt64(0)..<40 {
      var generator = Xoshiro256(seed: 700 + seed)
      var points = Matrix(rows: 500, columns: 60, elements: (0..<30_000).map { _ in generator.nextNormal() })
      if GapGroups.propose(points) != nil { proposed += 1 }
      for row in 0..<20 { points[row, 33] += 12 }
      #expect(GapGroups.propose(points)?.map(\.count).sorted() == [20, 480])
    }
    #expect(proposed <= 4, "\(proposed)")
  }

  /// Among few samples two are always much closer than others: that is no gap between these.
  @Test(arguments: 1...20 as ClosedRange<UInt64>) func nearlyEqualValuesLeaveNoGaps(seed: UInt64) throws {
    var generator = Xoshiro256(seed: seed)
    var points = Matrix(rows: 38, columns: 3, elements: (0..<114).map { _ in generator.nextNormal() })
    points[0, 1] = points[1, 1] + 1e-7
    #expect(GapGroups.divide(points) == nil)
    points[0, 2] = 1e4
    #expect(GapGroups.divide(points)?.map(\.count).sorted() == [1, 37])
  }
}
