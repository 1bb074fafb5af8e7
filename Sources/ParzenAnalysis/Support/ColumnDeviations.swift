import ParzenCore

/// The standard deviation of every column (divided by n), 1 where it is zero.
func columnDeviations(_ samples: Matrix) -> [Double] {
  let count = Double(max(samples.rows, 1))
  return (0..<samples.columns).map { column in
    let values = samples[column: column]
    let mean = values.reduce(0, +) / count
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    return deviation > 0 ? deviation : 1
  }
}
