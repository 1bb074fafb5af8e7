import ParzenDifferentiation
import ParzenKernels

/// Muon: steps along the orthogonal factor of a matrix's momentum, so that all its singular directions move
/// alike.
///
/// With the momentum M <- mu M + G of gradients G, a step is W <- W - rate (0.2 sqrt(max(rows, columns)) O +
/// decay W), O the nearly orthogonal matrix of G + mu M. The factor gives O's entries the mean square that
/// AdamW's steps have, so that both take the same rate.
///
/// Sources: K. Jordan et al., *Muon: An optimizer for hidden layers in neural networks* (2024); the factor of
/// J. Liu et al., arXiv 2502.16982.
package struct Muon: Sendable {
  /// mu.
  package var momentum: Double

  package init(momentum: Double) { self.momentum = momentum }

  /// The fewest rows and columns of a matrix that it is for.
  private static let smallestSide = 16

  /// Whether an entry of a layout is such a matrix.
  package static func takes(_ entry: ParameterLayout.Entry) -> Bool {
    !entry.isVector && min(entry.rows, entry.columns) >= smallestSide
  }

  /// One step of one matrix.
  ///
  /// - Parameters:
  ///   - rate: the learning rate.
  ///   - decay: the weight decay, relative to the rate.
  ///   - gradientScale: what the gradient is to be multiplied by.
  ///   - momentum: M, of the entry's size.
  /// - Complexity: O(rows columns min(rows, columns)) time, O(rows columns) memory.
  func step(
    _ entry: ParameterLayout.Entry, rate: Double, decay: Double, gradient: UnsafePointer<Float>,
    gradientScale: Double, momentum m: UnsafeMutablePointer<Float>, parameters: UnsafeMutablePointer<Float>
  ) {
    let (mu, scale) = (Float(momentum), Float(gradientScale))
    withUnsafeTemporaryAllocation(of: Float.self, capacity: entry.count) { direction in
      let direction = direction.baseAddress!
      for i in 0..<entry.count {
        let g = gradient[i] * scale
        m[i] = mu * m[i] + g
        direction[i] = g + mu * m[i]
      }
      Self.orthogonalize(direction, rows: entry.rows, columns: entry.columns)
      let size = Float(rate * 0.2 * Double(max(entry.rows, entry.columns)).squareRoot())
      let kept = 1 - Float(rate * decay)
      for i in 0..<entry.count { parameters[i] = kept * parameters[i] - size * direction[i] }
    }
  }

  /// Replaces X = U S V^T by nearly U V^T: five Newton-Schulz steps X <- a X + (b A + c A A) X with A = X
  /// X^T, after which the singular values that were at least 1 % of X's norm lie between about 0.5 and 1.25.
  /// Zero stays zero.
  package static func orthogonalize(_ x: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
    let count = rows * columns
    var sum: Float = 0
    for i in 0..<count { sum += x[i] * x[i] }
    let inverse = 1 / (sum.squareRoot() + 1e-12)
    for i in 0..<count { x[i] *= inverse }
    let (a, b, c): (Float, Float, Float) = (3.4445, -4.7750, 2.0315)
    let isWide = rows <= columns
    let side = min(rows, columns)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * side * side + count) { memory in
      let gram = memory.baseAddress!
      let polynomial = gram + side * side
      let next = polynomial + side * side
      func multiply(
        _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ inner: Int, _ alpha: Float,
        _ p: UnsafePointer<Float>, _ q: UnsafePointer<Float>, _ beta: Float, _ r: UnsafeMutablePointer<Float>
      ) {
        Float.multiply(
          transposeA: transposeA, transposeB: transposeB, rows: m, columns: n, inner: inner, alpha: alpha,
          p, strideA: transposeA ? m : inner, q, strideB: transposeB ? inner : n, beta: beta, r, strideC: n)
      }
      for _ in 0..<5 {
        multiply(!isWide, isWide, side, side, max(rows, columns), 1, x, x, 0, gram)
        for i in 0..<side * side { polynomial[i] = b * gram[i] }
        multiply(false, false, side, side, side, c, gram, gram, 1, polynomial)
        for i in 0..<count { next[i] = a * x[i] }
        if isWide {
          multiply(false, false, rows, columns, side, 1, polynomial, x, 1, next)
        } else {
          multiply(false, false, rows, columns, side, 1, x, polynomial, 1, next)
        }
        x.update(from: next, count: count)
      }
    }
  }
}
