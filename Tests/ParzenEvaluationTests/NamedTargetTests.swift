import Foundation
import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEvaluation

@Suite struct NamedTargetTests {
  /// Values of Marron and Wand's densities at -0.97 and 0.52, from the parameters in R's package nor1mix 1.3.
  static let marronWand: [(Double, Double)] = [
    (0.249227652, 0.348492513), (0.060836951, 0.446997365), (0.138824942, 0.049122421),
    (0.166151768, 0.232330129), (0.024922765, 0.034854076), (0.302704377, 0.253129384),
    (0.227471636, 0.058554896), (0.186920739, 0.265341642), (0.278529524, 0.180678427),
    (0.506008012, 0.565293448), (0.297916532, 0.263492787), (0.247875137, 0.426533190),
    (0.279965310, 0.360541287), (0.242802496, 0.208484432), (0.066328757, 0.012609164),
  ]
  /// Values of Wand and Jones's densities at (-0.9, 0.7) and (0.6, 0.8), from the parameters in the Matlab
  /// package MakeDensity2d of F. Navarro.
  static let wandJones: [(Double, Double)] = [
    (0.049304995, 0.112508120), (0.026241308, 0.161577008), (0.024582394, 0.269376219),
    (0.055289608, 0.051645703), (0.103796639, 0.077688311), (0.013985560, 0.000354526),
    (0.176221604, 0.001304342), (0.159997989, 0.009623634), (0.108414267, 0.001351020),
    (0.160805847, 0.005634768), (0.107212069, 0.120178405), (0.043889484, 0.105994361),
  ]

  func draw(_ name: String, dimension: Int) throws -> any Distribution {
    var generator = Xoshiro256(seed: 1)
    return try TargetFamily.named(name).draw(dimension: dimension, using: &generator)
  }

  @Test func publishedMixturesHaveTheirParameters() throws {
    for (prefix, points, expected) in [
      ("marron-wand-", Matrix([[-0.97], [0.52]]), Self.marronWand),
      ("wand-jones-", Matrix([[-0.9, 0.7], [0.6, 0.8]]), Self.wandJones),
    ] {
      let families = TargetFamily.all.filter { $0.name.hasPrefix(prefix) }
      #expect(families.count == expected.count)
      for (family, values) in zip(families, expected) {
        let density = try draw(family.name, dimension: points.columns).density(at: points)
        #expect(abs(density[0] - values.0) < 1e-9 && abs(density[1] - values.1) < 1e-9, "\(family.name)")
      }
    }
  }

  @Test func namesHoldParameters() throws {
    let pair = try #require(try draw("separated-2-80", dimension: 1) as? GaussianMixture)
    #expect(pair.means.elements == [0, 80] && pair.covariance(of: 1)[0, 0] == 1)
    let grid = try #require(try draw("separated-5-1e6", dimension: 2) as? GaussianMixture)
    #expect(grid.means == Matrix([[0, 0], [1e6, 0], [2e6, 0], [0, 1e6], [1e6, 1e6]]))
    let narrow = try #require(try draw("narrow-wide-1000", dimension: 2) as? GaussianMixture)
    #expect(narrow.means[1, 1] == 5 && abs(narrow.covariance(of: 1)[1, 1] - 1e-6) < 1e-15)
    let scattered = try #require(try draw("scattered-96", dimension: 12) as? GaussianMixture)
    #expect(scattered.componentCount == 96 && scattered.weights.allSatisfy { $0 == scattered.weights[0] })
    #expect(try TargetFamily.families("marron-wand-*").count == 15)
    #expect(try TargetFamily.families("codes-2--999").map(\.name) == ["codes-2--999"])
    for name in [
      "separated-2", "separated-2.5-80", "separated-2--80", "separated-two-80", "codes-2-", "codes-101-5",
      "separated-2-80-3", "separated-*", "none*", "rounded-nan", "wild-1-inf",
    ] {
      #expect(throws: ParzenError.self, "\(name)") { try TargetFamily.families(name) }
    }
  }

  func context(_ name: String, dimension: Int, size: Int, queries: Int = 64) throws -> EvaluationContext {
    Evaluation(targets: [], dimensions: [], sizes: [], methods: [], queries: queries)
      .source.context(0, of: try .named(name), dimension: dimension, size: size)
  }

  @Test func onlySamplesAreContaminated() throws {
    for dimension in [1, 3] {
      let wild = try context("wild-5-1e6", dimension: dimension, size: 200)
      let distances = (0..<200).map { wild.samples[row: $0].reduce(0) { $0 + $1 * $1 }.squareRoot() }
      #expect(distances.count { $0 >= 0.999e6 && $0 <= 2.001e6 } == 5)
      #expect(distances.count { $0 < 10 } == 195)
      #expect(wild.queries.elements.allSatisfy { abs($0) < 10 })
      // The truth leaves room for the share of the foreign rows.
      let exact = try wild.target.logDensity(at: wild.queries)
      #expect(zip(exact, wild.truth.logDensity).allSatisfy { abs($1 - $0 - log(0.975)) < 1e-12 })

      let codes = try context("codes-2--999", dimension: dimension, size: 1000)
      #expect(codes.samples.elements.count { $0 == -999 } == 20)
      #expect(!codes.queries.elements.contains(-999))

      let rounded = try context("rounded-0.5", dimension: dimension, size: 100)
      #expect(rounded.samples.elements.allSatisfy { $0 * 2 == ($0 * 2).rounded() })
      #expect(rounded.queries.elements.allSatisfy { $0 * 2 != ($0 * 2).rounded() })
      #expect(rounded.truth == (try rounded.target.evaluate(at: rounded.queries)))
    }
    #expect(try context("wild-9-5", dimension: 1, size: 3).truth.logDensity.allSatisfy { $0 == -.infinity })
  }

  @Test func planarShapesHaveMassOneAndTheirOutline() throws {
    for (name, box) in [
      ("moons", -2.5...3.5), ("circles", -2.0...2), ("spirals", -4.5...4.5), ("checkerboard", -5.0...5),
      ("pinwheel", -3.5...3.5),
    ] {
      let target = try draw(name, dimension: 2)
      let cells = 400
      let width = (box.upperBound - box.lowerBound) / Double(cells)
      let axis = (0..<cells).map { box.lowerBound + (Double($0) + 0.5) * width }
      let mass = try target.density(at: Matrix(axis.flatMap { x in axis.map { [x, $0] } })).reduce(0, +)
      #expect(abs(mass * width * width - 1) < 1e-4, "\(name)")
    }
    // Along the upper moon, inside the board's corner square and beside it, and on both circles.
    let moon = try draw("moons", dimension: 2).density(at: Matrix([[0, 1], [0.6, 0.8], [0, -0.5]]))
    #expect(abs(moon[0] / moon[1] - 1) < 1e-3 && moon[2] < moon[0] / 10)
    // A straight strip of length pi holds half of the mass with a normal profile across; curvature adds s^2 /
    // (2 r^2).
    #expect(abs(moon[0] / (0.5 / .pi / (0.1 * (2 * Double.pi).squareRoot())) - 1) < 0.01)
    let board = try draw("checkerboard", dimension: 2).density(at: Matrix([[-3, -3], [-1, -3], [-1, -1]]))
    #expect(zip(board, [1.0 / 32, 0, 1.0 / 32]).allSatisfy { abs($0 - $1) < 1e-15 })
    let circles = try draw("circles", dimension: 2).density(
      at: Matrix([[1, 0], [0.5, 0], [0, -0.5], [0.75, 0]]))
    #expect(abs(circles[1] / circles[0] - 2) < 0.02 && abs(circles[2] / circles[1] - 1) < 1e-6)
    #expect(circles[3] < circles[0] / 100)
  }

  @Test func theRidgeIsThatOfItsFormula() throws {
    let target = try draw("curved-ridge", dimension: 2)
    // log f = log N(x; 0, 1) + log N(y; x^2, 0.01^2).
    let found = try target.logDensity(at: Matrix([[1.5, 2.26]]))[0]
    #expect(abs(found - (-log(2 * .pi) - 1.125 + log(100) - 0.5)) < 1e-9)
  }
}
