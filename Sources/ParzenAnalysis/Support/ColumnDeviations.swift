import ParzenCore

/// The standard deviation of every column (divided by n), 1 where it is zero.
func columnDeviations(_ samples: Matrix) -> [Double] {
  samples.columnVariances.map { $0 > 0 ? $0.squareRoot() : 1 }
}
