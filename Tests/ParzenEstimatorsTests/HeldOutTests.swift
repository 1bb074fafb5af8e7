import ParzenCore
import ParzenDistributions
import ParzenPlatform
import Testing

@testable import ParzenEstimators

/// What samples held out say of estimates that have not seen them.
@Suite struct HeldOutTests {
  private static let plane = Matrix(
    (0..<40).map { (row: Int) -> [Double] in
      let (x, y) = (Double(row * 17 % 40), Double(row * 29 % 40))
      return [x / 10, y / 7]
    })

  private func gaussian(_ factor: Double) throws -> GaussianMixture {
    try GaussianMixture(
      weights: [1], means: Matrix([[2 * factor, 3 * factor]]),
      variances: Matrix([[factor * factor, 2 * factor * factor]]))
  }

  /// Estimates in coordinates that are known without a fold are judged by the same densities.
  @Test func coordinatesOfAFoldDoNotMatter() throws {
    let rows = Array(0..<40)
    func group(_ unseen: UnseenCoordinates?) -> SampleGroup {
      SampleGroup(
        points: Self.plane, counts: nil, folds: rows.map { $0 % 5 }, judging: 5, resolution: [1e-4, 1e-4],
        rows: rows, unseen: unseen)
    }
    func scaled(_ factor: Double) -> Matrix {
      Matrix(rows: 40, columns: 2, elements: Self.plane.elements.map { factor * $0 })
    }
    let factors = [1, 2, 0.5, 10, 3.0]
    let unseen = UnseenCoordinates(
      points: factors.map(scaled), logSlopes: rows.map { 2 * log(factors[$0 % 5]) })
    let full = try gaussian(1.5)
    let plain = try CrossFit(full: full, folds: factors.map { _ in try gaussian(1) }).heldOut(group(nil))
    let found = try CrossFit(full: full, folds: factors.map { try gaussian($0) }).heldOut(group(unseen))
    for (one, other) in zip(plain, found) { #expect(abs(one - other) < 1e-12) }
    #expect(
      group(unseen).training(without: 3).points == scaled(10).selectingRows(rows.filter { $0 % 5 != 3 }))
    #expect(group(unseen).selecting([7, 9]).logSlope(1) == 2 * log(3))
  }

  /// A sample and its mirror images are held out together.
  @Test func mirrorImagesShareAFold() throws {
    let mirrored = Matrix(
      rows: 80, columns: 2, elements: Self.plane.elements + Self.plane.elements.map { -$0 })
    let estimator = GroupEstimator(network: .pretrained, policy: .automatic, threads: 1)
    let counts = [Double](repeating: 0.5, count: 80)
    let group = try estimator.folded(.whole(mirrored, counts: counts), samples: 40)
    #expect(Set(group.rows) == Set(0..<80))
    var folds = [Int: Set<Int>]()
    for (row, fold) in zip(group.rows, group.folds) { folds[row % 40, default: []].insert(fold) }
    #expect(folds.count == 40 && folds.values.allSatisfy { $0.count == 1 })
    #expect(Set(group.folds) == Set(0..<5))
  }

  /// A sample that both estimates miss by far does not speak for the one that misses it less.
  @Test func missedSamplesDoNotVote() {
    let ordinary = (0..<20).map { -Double($0 % 4) }
    let counts = [Double](repeating: 1, count: 21)
    let gain = HeldOutGain(ordinary + [-90], over: ordinary + [-400], counts: counts)
    #expect(gain.mean == 0)
    let seen = HeldOutGain(ordinary + [-9], over: ordinary + [-400], counts: counts)
    #expect(seen.mean * 21 == 4)
  }
}
