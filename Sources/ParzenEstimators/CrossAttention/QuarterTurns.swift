import ParzenCore

/// The group of quarter turns of R^d, all planes (x_1, x_2), (x_3, x_4), ... turned at once; where d is odd,
/// a last coordinate changes its sign with every turn.
///
/// A network that rotations should not matter to, but do a little, loses most of what is left by averaging
/// over a finite group of them (frame averaging: Puny et al., arXiv 2110.03336, with a fixed group for the
/// frame): in two dimensions all angular frequencies cancel but multiples of four.
enum QuarterTurns {
  /// How many turns differ: 2 in one dimension, else 4.
  static func count(dimension: Int) -> Int { dimension == 1 ? 2 : 4 }

  /// Points, one a row, after some quarter turns; a negative number turns back.
  static func turned(_ points: Matrix, by turns: Int) -> Matrix {
    var result = points
    for _ in 0..<(turns % 4 + 4) % 4 {
      for row in 0..<points.rows {
        for i in stride(from: 0, to: points.columns - 1, by: 2) {
          let x = result[row, i]
          result[row, i] = -result[row, i + 1]
          result[row, i + 1] = x
        }
        if points.columns % 2 == 1 { result[row, points.columns - 1] *= -1 }
      }
    }
    return result
  }
}
