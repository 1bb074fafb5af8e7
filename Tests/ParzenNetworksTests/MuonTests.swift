import Foundation
import ParzenCore
import ParzenDifferentiation
import Testing

@testable import ParzenNetworks

@Suite struct MuonTests {
  private func random(_ rows: Int, _ columns: Int, seed: UInt64) -> [Float] {
    var generator = Xoshiro256(seed: seed)
    return (0..<rows * columns).map { _ in Float(generator.nextNormal()) }
  }

  private func gram(_ x: [Float], _ rows: Int, _ columns: Int) -> Matrix {
    // Of the shorter side.
    let a = Matrix(rows: rows, columns: columns, elements: x.map(Double.init))
    return rows <= columns ? a * a.transposed : a.transposed * a
  }

  @Test(arguments: [(16, 16), (24, 64), (192, 64), (96, 20)]) func factorIsNearlyOrthogonal(
    rows: Int, columns: Int
  ) {
    let original = random(rows, columns, seed: UInt64(rows))
    var x = original
    Muon.orthogonalize(&x, rows: rows, columns: columns)
    let values = SymmetricEigendecomposition(gram(x, rows, columns))!.values.map { $0.squareRoot() }
    // A square Gaussian matrix has a singular value near zero, which five steps do not lift all the way.
    let low = rows == columns ? 0.02 : 0.6
    #expect(values.allSatisfy { (low...1.3).contains($0) }, "\(values)")
    // X O^T = V S' V^T is symmetric where O is a function of X's singular values alone.
    let a = Matrix(rows: rows, columns: columns, elements: original.map(Double.init))
    let b = Matrix(rows: rows, columns: columns, elements: x.map(Double.init))
    let product = rows <= columns ? a * b.transposed : a.transposed * b
    for i in 0..<product.rows {
      for j in 0..<i { #expect(abs(product[i, j] - product[j, i]) < 2e-3 * product[i, i].magnitude) }
    }
  }

  private var layout: ParameterLayout {
    var layout = ParameterLayout()
    layout.append(matrix: "large", 16, 32)
    layout.append(matrix: "small", 8, 32)
    layout.append(vector: "gain", 16)
    return layout
  }

  @Test func largeMatricesStepByTheOrthogonalFactor() {
    let layout = layout
    let gradient = random(1, layout.count, seed: 5)
    var state = OptimizerState(parameters: [Float](repeating: 1, count: layout.count))
    let optimizer = AdamW(
      beta1: 0.9, beta2: 0.98, weightDecay: 0.1, gradientNorm: .infinity, averageDecay: 0,
      muon: Muon(momentum: 0.9))
    optimizer.step(&state, rate: 0.01, gradient: gradient, norm: 1, layout: layout)
    let (parameters, first, second) = (state.parameters, state.firstMoment, state.secondMoment)
    // The first step of AdamW is the gradient's sign.
    for entry in layout.entries.dropFirst() {
      let decay: Float = entry.isVector ? 0 : 0.001
      for i in entry.offset..<entry.offset + entry.count {
        #expect(abs(parameters[i] - (1 - decay - 0.01 * (gradient[i] > 0 ? 1 : -1))) < 1e-5)
      }
    }
    var direction = Array(gradient[..<512])
    Muon.orthogonalize(&direction, rows: 16, columns: 32)
    let size = Float(0.01 * 0.2 * 32.0.squareRoot())
    for i in 0..<512 {
      #expect(abs(parameters[i] - (0.999 - size * direction[i])) < 1e-5)
      #expect(first[i] == gradient[i] && second[i] == 0)
    }
    let steps = (0..<512).reduce(0.0) { $0 + pow(Double(parameters[$1]) - 0.999, 2) } / 512
    #expect((0.0014...0.0026).contains(steps.squareRoot()), "entries move by a fifth of the rate")
  }

  @Test func zeroGradientsMoveNothing() {
    var x = [Float](repeating: 0, count: 256)
    Muon.orthogonalize(&x, rows: 16, columns: 16)
    #expect(x.allSatisfy { $0 == 0 })
  }
}
