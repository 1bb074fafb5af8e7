import Foundation
import ParzenCore
import ParzenFiles
import ParzenKernels
import ParzenMixtures
import Testing

@testable import ParzenEstimators

@Suite struct WhiteningTests {
  private func reference() throws -> SafetensorsFile {
    try SafetensorsFile(
      contentsOf: Bundle.module.url(forResource: "Fixtures/whiten_end2end", withExtension: "safetensors")!)
  }

  private func matrix(_ file: SafetensorsFile, _ name: String) throws -> Matrix {
    let shape = try file.tensor(name).shape.suffix(2)
    return Matrix(rows: shape.first!, columns: shape.last!, elements: try file.doubles(name))
  }

  private func largestDifference(_ a: Matrix, _ b: Matrix) -> Double {
    zip(a.elements, b.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  /// The reference takes the symmetric root; ours differs from it by a rotation, so A A^T, the determinant
  /// and the inner products of whitened points must agree.
  @Test(arguments: [1, 2, 5]) func agreesWithTheReferenceUpToARotation(d: Int) throws {
    let file = try reference()
    let samples = try matrix(file, "d\(d).X")
    let whitening = try Whitening(samples: samples)
    let expected = try matrix(file, "d\(d).A")
    var map = whitening.forward
    for i in 0..<d { for j in 0..<d { map[i, j] /= whitening.scale[i] } }
    let scale = expected.elements.reduce(0) { max($0, abs($1)) }
    #expect(largestDifference(map * map.transposed, expected * expected.transposed) < 1e-9 * scale * scale)
    #expect(abs(whitening.logDeterminant - (try file.doubles("d\(d).logdetA"))[0]) < 1e-9)
    let (ours, theirs) = (try whitening.whiten(samples), try matrix(file, "d\(d).x"))
    #expect(largestDifference(ours * ours.transposed, theirs * theirs.transposed) < 1e-8)
  }

  @Test(arguments: [1, 2, 5]) func farthestPointAnchorsAgreeWithTheReference(d: Int) throws {
    let file = try reference()
    let points = try matrix(file, "d\(d).x")
    let expected = try file.doubles("d\(d).anchors_fps")
    let anchors = points.transposed.elements.withUnsafeBufferPointer {
      selectAnchors(atMost: 4, from: PointBlock($0.baseAddress!, count: points.rows), dimension: d)
    }
    #expect(anchors == expected)
  }

  @Test func scoresFollowTheMap() throws {
    var generator = Xoshiro256(seed: 12)
    let samples = Matrix(
      rows: 60, columns: 3, elements: (0..<180).map { _ in 5 + 3 * generator.nextNormal() })
    let whitening = try Whitening(samples: samples)
    let scores = Matrix(rows: 4, columns: 3, elements: (0..<12).map { _ in generator.nextNormal() })
    let back = whitening.unwhiten(
      DensityEvaluation(logDensity: [0, 0, 0, 0], score: whitening.whitenScores(scores)))
    #expect(largestDifference(back.score, scores) < 1e-12)
    #expect(back.logDensity.allSatisfy { $0 == whitening.logDeterminant })
  }
}
