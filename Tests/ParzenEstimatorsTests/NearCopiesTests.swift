import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEstimators

/// Rows that repeat others but for a little noise.
@Suite struct NearCopiesTests {
  private static func normals(_ n: Int, _ d: Int, seed: UInt64) -> Matrix {
    var generator = Xoshiro256(seed: seed)
    return Matrix(rows: n, columns: d, elements: (0..<n * d).map { _ in generator.nextNormal() })
  }

  /// Samples of which a share are copies of the others, with noise; and the row that each copies.
  private static func copied(
    _ n: Int, _ d: Int, share: Double, noise: Double, seed: UInt64
  ) -> (samples: Matrix, sources: [Int]) {
    var samples = normals(n, d, seed: seed)
    var generator = Xoshiro256(seed: seed + 1)
    let originals = n - Int(share * Double(n))
    var sources = Array(0..<n)
    for row in originals..<n {
      sources[row] = Int(generator.nextUniform() * Double(originals))
      for column in 0..<d {
        samples[row, column] = samples[sources[row], column] + noise * generator.nextNormal()
      }
    }
    return (samples, sources)
  }

  @Test(arguments: [(1, 0.5, 1e-6), (2, 0.3, 1e-4), (3, 0.5, 1e-3), (6, 0.25, 1e-2)])
  func copiesAreFound(d: Int, share: Double, noise: Double) throws {
    let (samples, sources) = Self.copied(700, d, share: share, noise: noise, seed: 51)
    let firsts = try #require(NearCopies.firsts(of: samples))
    let copies = sources.indices.filter { sources[$0] != $0 }
    let joined = copies.count { firsts[$0] == firsts[sources[$0]] }
    #expect(Double(joined) > 0.95 * Double(copies.count), "\(joined) of \(copies.count)")
    // The others are by themselves, but for those that chance has put beside one.
    let apart = Set(sources.indices.filter { sources[$0] == $0 }.map { firsts[$0] }).count
    #expect(Double(apart) > 0.85 * Double(700 - copies.count), "\(apart)")
  }

  @Test func othersHaveNone() throws {
    for seed in UInt64(0)..<10 {
      for d in [1, 2, 5] {
        let samples = Self.normals(200 << Int(seed % 3), d, seed: 60 + seed)
        #expect(NearCopies.firsts(of: samples) == nil)
        // A line in many columns; clusters far apart; values on a grid.
        var line = Self.normals(400, 6, seed: 80 + seed)
        for row in 0..<400 { for column in 1..<6 { line[row, column] = line[row, 0] * Double(column) } }
        #expect(NearCopies.firsts(of: line) == nil)
        var clusters = samples
        for row in 0..<samples.rows { clusters[row, 0] += 1e5 * Double(row % 20) }
        #expect(NearCopies.firsts(of: clusters) == nil)
        let grid = Matrix(
          rows: samples.rows, columns: d, elements: samples.elements.map { ($0 * 20).rounded() / 20 })
        #expect(NearCopies.firsts(of: DistinctSamples(grid, counts: nil).points) == nil)
      }
    }
  }

  @Test func copiesShareAFold() {
    let (samples, sources) = Self.copied(500, 3, share: 0.4, noise: 1e-4, seed: 53)
    let folds = SampleFolds(whitened: samples, counts: nil)
    var fold = [Int](repeating: 0, count: 500)
    for (row, one) in zip(folds.rows, folds.folds) { fold[row] = one }
    let apart = sources.indices.count { fold[$0] != fold[sources[$0]] }
    #expect(apart < 10, "\(apart)")
    let sizes = (0..<SampleFolds.count).map { index in folds.folds.count { $0 == index } }
    #expect(sizes.allSatisfy { 60...140 ~= $0 }, "\(sizes)")
  }

  @Test(arguments: [(1, 400), (3, 400), (3, 2600)])
  func copiesDoNotVouchForEachOther(d: Int, n: Int) throws {
    let samples = Self.copied(n, d, share: 0.5, noise: 1e-4, seed: 55).samples
    let estimate = try MixtureTransformer(samples: samples, threads: 2)
    let fresh = Self.normals(4000, d, seed: 56)
    let normal = try GaussianMixture(
      weights: [1], means: Matrix(rows: 1, columns: d), covariances: [.identity(d)])
    let gaps = try zip(normal.logDensity(at: fresh), estimate.logDensity(at: fresh)).map { $0 - $1 }
    let loss = gaps.reduce(0, +) / 4000
    // As of half as many samples: with copies in other folds, .03 to 1.6.
    #expect(loss < 20 * Double(d) / Double(n), "\(loss)")
    #expect(estimate.record.nearlyRepeatedRows ?? 0 > n / 3)
  }
}
