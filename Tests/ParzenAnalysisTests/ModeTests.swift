import Foundation
import ParzenCore
import ParzenDistributions
import ParzenEstimators
import Testing

@testable import ParzenAnalysis

@Suite struct ModeTests {
  private let mixture: GaussianMixture = {
    do {
      return try GaussianMixture(
        weights: [0.5, 0.3, 0.2], means: Matrix([[0, 0], [5, 1], [-2, 7]]),
        covariances: [
          Matrix([[1, 0.3], [0.3, 0.5]]), Matrix([[0.4, -0.1], [-0.1, 1.5]]), Matrix([[2, 0], [0, 0.3]]),
        ])
    } catch { preconditionFailure("\(error)") }
  }()

  @Test func expansionIsThatOfCentralDifferences() throws {
    let diagonal = try GaussianMixture(
      weights: [0.4, 0.6], means: Matrix([[0, 1], [1, -1]]), variances: Matrix([[0.5, 2], [1, 0.7]]))
    for density in [mixture, diagonal] {
      let curvature = MixtureCurvature(density)
      for place in [[0.3, -0.2], [2.5, 0.7], [-1, 4]] {
        let found = try curvature(place)
        let scores = try density.score(at: Matrix([place]))
        #expect(abs(found.score[0] - scores[0, 0]) < 1e-12 && abs(found.score[1] - scores[0, 1]) < 1e-12)
        let step = 1e-4
        for j in 0..<2 {
          func score(_ factor: Double) throws -> Matrix {
            var moved = place
            moved[j] += factor * step
            return try density.score(at: Matrix([moved]))
          }
          for i in 0..<2 {
            let difference = try (score(1)[0, i] - score(-1)[0, i]) / (2 * step)
            #expect(abs(found.hessian[i, j] - difference) < 1e-6)
          }
        }
        // Mean shift never lowers the density.
        let moved = zip(place, found.step).map { $0 + $1 }
        #expect(
          try density.logDensity(at: Matrix([moved]))[0] >= density.logDensity(at: Matrix([place]))[0])
      }
    }
  }

  @Test func modesAreMaximaAndBasinsAreTheComponents() throws {
    var generator = Xoshiro256(seed: 1)
    let samples = mixture.sample(count: 400, using: &generator)
    let found = try ModeClustering(samples: samples, density: mixture, threads: 2)
    #expect(found.modes.count == 3)
    #expect(found.modes.map(\.count) == found.modes.map(\.count).sorted(by: >))
    #expect(found.modes.reduce(0) { $0 + $1.count } == 400)
    for (index, mode) in found.modes.enumerated() {
      let expansion = try MixtureCurvature(mixture)(mode.place)
      #expect(expansion.score.allSatisfy { abs($0) < 1e-6 } && mode.curvatures.allSatisfy { $0 < 0 })
      #expect(try abs(mixture.logDensity(at: Matrix([mode.place]))[0] - mode.logDensity) < 1e-12)
      #expect(found.labels.count { $0 == index } == mode.count)
    }
    let responsibilities = try mixture.responsibilities(at: samples)
    let agreeing = (0..<400).count { row in
      let likely = (0..<3).max { responsibilities[row, $0] < responsibilities[row, $1] }!
      let nearest = found.modes.indices.min { first, second in
        func distance(_ index: Int) -> Double {
          (0..<2).reduce(0) { $0 + pow(found.modes[index].place[$1] - mixture.means[likely, $1], 2) }
        }
        return distance(first) < distance(second)
      }
      return found.labels[row] == nearest
    }
    #expect(agreeing > 390)
    #expect(try ModeClustering(samples: samples, density: mixture, threads: 1).labels == found.labels)
  }

  @Test func climbsLeaveSaddlesAndMeetOnOneMode() throws {
    // Two equal components: halfway is a saddle, where the score is exactly zero.
    func pair(_ distance: Double) throws -> GaussianMixture {
      try GaussianMixture(
        weights: [1, 1], means: Matrix([[-distance / 2, 0], [distance / 2, 0]]),
        variances: Matrix(rows: 2, columns: 2, repeating: 1))
    }
    let summit = try ModeSearch(pair(4)).summit(from: [0, 0])
    #expect(abs(summit.place[0]) > 1.8 && summit.curvatures.allSatisfy { $0 < 0 })
    // Two unit Gaussians have two modes if and only if they are more than 2 apart.
    var generator = Xoshiro256(seed: 2)
    for (distance, count) in [(1.9, 1), (2.2, 2)] {
      let density = try pair(distance)
      let samples = density.sample(count: 100, using: &generator)
      let found = try ModeClustering(samples: samples, density: density, significance: nil)
      #expect(found.modes.count == count)
    }
  }

  @Test func smallModesAreLeftOut() throws {
    let density = try GaussianMixture(
      weights: [0.995, 0.005], means: Matrix([[0], [9]]), variances: Matrix([[1], [0.01]]))
    var generator = Xoshiro256(seed: 3)
    let samples = density.sample(count: 500, using: &generator)
    #expect(
      try ModeClustering(
        samples: samples, density: density, smallestShare: 0, significance: nil
      ).modes.count == 2)
    let large = try ModeClustering(samples: samples, density: density, smallestShare: 0.05)
    #expect(large.modes.count == 1 && large.modes[0].count == 500 && Set(large.labels) == [0])
    #expect(throws: ParzenError.self) {
      try ModeClustering(samples: samples, density: density, smallestShare: 0.7)
    }
    #expect(throws: ParzenError.dimensionMismatch(expected: 1, found: 2)) {
      try ModeClustering(samples: Matrix(rows: 3, columns: 2), density: density)
    }
  }

  @Test func kernelDensitiesAreMixtures() throws {
    var generator = Xoshiro256(seed: 4)
    let samples = mixture.sample(count: 60, using: &generator)
    let queries = mixture.sample(count: 20, using: &generator)
    let densities: [any GaussianMixtureDensity] = [
      try KernelDensity(samples: samples, bandwidth: .scott, tolerance: 0),
      try KernelDensity(samples: samples, bandwidth: .scott, covariance: .full, tolerance: 0),
      try ScoreDebiasedKernelDensity(samples: samples, bandwidth: .scott, tolerance: 0),
    ]
    for density in densities {
      let (expected, found) = (try density.evaluate(at: queries), try density.mixture.evaluate(at: queries))
      for (a, b) in zip(expected.logDensity, found.logDensity) { #expect(abs(a - b) < 1e-9) }
      for (a, b) in zip(expected.score.elements, found.score.elements) { #expect(abs(a - b) < 1e-8) }
    }
    #expect(
      try ModeClustering(
        samples: samples, density: densities[0] as! KernelDensity
      ).modes.count == 3)
  }

  @Test func dipIsTheReferenceImplementations() {
    // Python's diptest 0.12.
    #expect(
      abs(DipTest.dip([0.1, 0.2, 0.25, 0.9, 0.91, 0.95, 1.3, 2, 2.1, 2.15, 2.2, 5]) - 0.11951754385964912)
        < 1e-12)
    #expect(abs(DipTest.dip([1, 2, 3, 10, 11, 12, 13]) - 1.0 / 6) < 1e-12)
    // Uniform samples have uniform p-values.
    var generator = Xoshiro256(seed: 5)
    for count in [12, 70, 400] {
      let small = (0..<400).count { _ in
        DipTest((0..<count).map { _ in generator.nextUniform() }).pValue < 0.1
      }
      #expect(abs(Double(small) / 400 - 0.1) < 0.05, "\(count): \(small)")
    }
  }

  @Test func bumpsWithoutSamplesBehindThemAreNoModes() throws {
    var generator = Xoshiro256(seed: 6)
    // A kernel density of few, narrow kernels has many bumps on a uniform square.
    let samples = Matrix(rows: 300, columns: 2, elements: (0..<600).map { _ in generator.nextUniform() })
    let density = try KernelDensity(samples: samples, bandwidth: .fixed(0.06))
    #expect(
      try ModeClustering(samples: samples, density: density, smallestShare: 0, significance: nil).modes.count
        > 5)
    #expect(try ModeClustering(samples: samples, density: density, smallestShare: 0).modes.count == 1)
  }

  /// Points about an arc of radius 3, from an angle to another.
  private func arc(
    _ count: Int, _ angles: ClosedRange<Double>, centre: (Double, Double) = (0, 0), width: Double,
    using generator: inout Xoshiro256
  ) -> [Double] {
    (0..<count).flatMap { _ in
      let angle = generator.nextUniform(angles.lowerBound, angles.upperBound)
      return [
        centre.0 + 3 * cos(angle) + width * generator.nextNormal(),
        centre.1 + 3 * sin(angle) + width * generator.nextNormal(),
      ]
    }
  }

  @Test(arguments: [300, 1000, 4000])
  func aRidgeThatBendsIsOneMode(count: Int) throws {
    var generator = Xoshiro256(seed: 12, stream: count)
    for width in [0.2, 0.4] {
      let ring = Matrix(
        rows: count, columns: 2,
        elements: arc(count, 0...2 * Double.pi, width: width, using: &generator))
      let density = try #require(try MixtureTransformer(samples: ring).mixture)
      #expect(try ModeClustering(samples: ring, density: density, significance: nil).modes.count > 1)
      #expect(try ModeClustering(samples: ring, density: density).modes.count == 1, "width \(width)")
    }
  }

  @Test(arguments: [300, 2000])
  func stepsOfRoundedColumnsAreNoClusters(count: Int) throws {
    var generator = Xoshiro256(seed: 13, stream: count)
    let dice = Matrix((0..<count).map { _ in [Double(generator.nextInteger(below: 6))] })
    let clusters = Matrix(
      (0..<count).map { row in [(Double(row % 3) * 8 + generator.nextNormal()).rounded()] })
    // Narrow kernels have a hump at every step, which samples with gaps of one step between them would bear
    // out.
    for (samples, expected) in [(dice, 1), (clusters, 3)] {
      let density = try KernelDensity(samples: samples, bandwidth: .fixed(0.3))
      #expect(try ModeClustering(samples: samples, density: density).modes.count == expected)
    }
  }

  @Test(arguments: [([0.006, 1e-9, 1e-12], 4), ([0.006, 0.006, 1e-12], 2), ([0.02, 0.004, 1e-12], 3)])
  func certainDivisionsDoNotMakeOthersDoubtful(pValues: [Double], clusters: Int) throws {
    // Four modes in a row; the p-value of a saddle is known by its place.
    let merges = (0..<3).map { index in
      MergeTree.Merge(mode: index, other: index + 1, sides: (index, index + 1), saddle: [Double(index)])
    }
    var merging = ModeMerging(merges, counts: [50, 60, 70, 80])
    try merging.joinUndivided(level: 0.01) { merge, _ in pValues[Int(merge.saddle[0])] }
    #expect(Set(merging.clusters).count == clusters)
    #expect(merging.pValues.values.allSatisfy { $0 < 0.01 })
  }

  /// Shares are made in blocks of points, with a thousand of them where there are thousands of components.
  @Test func sharesOfManyPointsAreThoseOfEach() throws {
    let count = 4000
    let density = try GaussianMixture(
      weights: [Double](repeating: 1 / Double(count), count: count),
      means: Matrix((0..<count).map { [sin(Double($0))] }),
      variances: Matrix(rows: count, columns: 1, repeating: 0.01))
    let points = Matrix((0..<1200).map { [cos(Double($0))] })
    let groups = (0..<count).map { $0 % 3 }
    let shares = try ModeClustering.memberships(at: points, density, groups, count: 3)
    #expect(shares.rows == 1200 && shares.columns == 3)
    for row in [0, 700, 1047, 1048, 1049, 1199] {
      let own = try density.responsibilities(at: points.selectingRows([row]))
      for group in 0..<3 {
        let sum = groups.indices.filter { groups[$0] == group }.reduce(0) { $0 + own[0, $1] }
        #expect(shares[row, group] == sum)
      }
    }
    let none = try ModeClustering.memberships(at: Matrix(rows: 0, columns: 1), density, groups, count: 3)
    #expect(none.rows == 0)
    #expect(throws: ParzenError.dimensionMismatch(expected: 1, found: 2)) {
      try ModeClustering.memberships(at: Matrix(rows: 0, columns: 2), density, groups, count: 3)
    }
  }

  @Test func saddlesHaveTheirHeight() throws {
    let density = try GaussianMixture(
      weights: [0.7, 0.3], means: Matrix([[0, 0], [5, 0]]),
      variances: Matrix(rows: 2, columns: 2, repeating: 1))
    var generator = Xoshiro256(seed: 7)
    let samples = density.sample(count: 500, using: &generator)
    let found = try ModeClustering(samples: samples, density: density)
    #expect(found.modes.count == 2 && found.modes[0].persistence == nil)
    // The lowest point of the line between the modes, which symmetry makes the ridge.
    let line = try density.logDensity(at: Matrix((0...5000).map { [Double($0) / 1000, 0] }))
    let saddle = line[1000...4000].min()!
    #expect(abs(found.modes[1].persistence! - (found.modes[1].logDensity - saddle)) < 0.01)
    #expect(found.modes[1].pValue! < 1e-3)
    let memberships = try found.memberships(at: Matrix([[0, 0], [5, 0], [2.5, 0]]))
    #expect(memberships[0, 0] > 0.99 && memberships[1, 1] > 0.99 && abs(memberships[2, 0] - 0.7) < 0.01)
  }
}
