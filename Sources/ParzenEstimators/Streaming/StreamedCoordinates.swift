import ParzenCore
import ParzenDistributions
import ParzenKernels
import ParzenMixtures

/// Samples on their way from the source to the coordinates in which they are estimated, a chunk at a time:
/// ties are spread, columns transformed, mirrored and standardised.
struct StreamedCoordinates: Sendable {
  let source: SampleSource
  /// The cells of columns whose ties are spread.
  let cells: [TieCells?]
  let columns: [ColumnTransformation]
  /// Of the standard columns.
  let origin: [Double]
  let scale: [Double]
  /// What the weight of a row is multiplied by, so that all sum to the number of samples; nil where each row
  /// is one sample.
  let weightFactor: Double?

  /// The edges at which columns are mirrored, with the columns' numbers.
  private var mirrors: [(column: Int, edge: Double)] {
    columns.enumerated().compactMap { column, transformation in
      guard case .reflection(let lower, let upper) = transformation, let edge = lower ?? upper else {
        return nil
      }
      return (column, edge)
    }
  }

  /// Points coordinate by coordinate.
  struct Block {
    /// d x count.
    var values: [Double]
    var count: Int
    /// How many samples each stands for; nil for one each.
    var counts: [Double]?
  }

  /// The value of a column with its ties spread: the place in its cell is a hash of the row's number.
  static func spread(_ value: Double, _ cells: TieCells, row: Int, column: Int) -> Double {
    cells.place(value + 0, share: RowHash.uniform(RowHash.number(row, stream: column)))
  }

  /// The standardised coordinates of a chunk.
  ///
  /// - Complexity: O(count d) time and memory, twice as much for every mirrored column.
  func block(_ rows: SampleRows) -> Block {
    let d = rows.dimension
    let kept = rows.weights == nil ? nil : (0..<rows.count).filter(rows.counts)
    let count = kept?.count ?? rows.count
    var block = Block(
      values: [Double](repeating: 0, count: d * count), count: count,
      counts: weightFactor.map { factor in
        kept.map { kept in kept.map { factor * rows.weight($0) } }
          ?? [Double](repeating: factor, count: count)
      })
    block.values.withUnsafeMutableBufferPointer { values in
      for k in 0..<d {
        let target = values.baseAddress! + k * count
        if let kept {
          for (place, row) in kept.enumerated() { target[place] = rows.values[row * d + k] + 0 }
        } else {
          for row in 0..<count { target[row] = rows.values[row * d + k] + 0 }
        }
        if let cells = cells[k] {
          for place in 0..<count {
            let row = rows.first + (kept?[place] ?? place)
            target[place] = Self.spread(target[place], cells, row: row, column: k)
          }
        }
        if columns[k] != .identity {
          let own = Array(UnsafeBufferPointer(start: target, count: count))
          target.update(from: columns[k].coordinates(at: own), count: count)
        }
      }
    }
    for (column, edge) in mirrors { block.mirror(column, at: edge) }
    block.values.withUnsafeMutableBufferPointer { values in
      for k in 0..<d {
        let (target, origin, scale) = (values.baseAddress! + k * block.count, origin[k], scale[k])
        for place in 0..<block.count { target[place] = (target[place] - origin) / scale }
      }
    }
    return block
  }
}

extension StreamedCoordinates.Block {
  /// Adds the mirror image of every point; both count half.
  fileprivate mutating func mirror(_ column: Int, at edge: Double) {
    let (d, old) = (values.count / max(count, 1), values)
    values = (0..<d).flatMap { k -> [Double] in
      let own = old[(k * count)..<((k + 1) * count)]
      return own + (k == column ? own.map { 2 * edge - $0 } : Array(own))
    }
    let whole = counts ?? [Double](repeating: 1, count: count)
    counts = (whole + whole).map { $0 / 2 }
    count *= 2
  }
}

/// The mean and covariance of all samples in standardised coordinates, by the deviations of chunks from their
/// own means, so that nothing cancels.
///
/// T. F. Chan, G. H. Golub, R. J. LeVeque, Updating formulae and a pairwise algorithm for computing sample
/// variances, COMPSTAT 1982.
struct StreamedMoments: Sendable {
  /// The number of samples.
  let total: Double
  let mean: [Double]
  /// d x d, divided by n - 1.
  let covariance: Matrix

  /// - Complexity: O(n d^2) time, O(d^2) memory for each chunk under way.
  init(_ sums: SampleSums, _ coordinates: StreamedCoordinates) throws(ParzenError) {
    let d = sums.source.dimension
    let found = try sums.reduce(
      "means and covariances", size: 1 + d + d * d, isFixed: true,
      { (rows) throws(ParzenError) in Self.moments(coordinates.block(rows), d) },
      { left, right in Self.join(&left, right, d) })
    total = found[0]
    mean = Array(found[1..<(1 + d)])
    covariance = Matrix(rows: d, columns: d, elements: found[(1 + d)...].map { $0 / (found[0] - 1) })
  }

  /// Count, mean and sums of products of deviations.
  private static func moments(_ block: StreamedCoordinates.Block, _ d: Int) -> [Double] {
    let n = block.count
    guard n > 0 else { return [Double](repeating: 0, count: 1 + d + d * d) }
    let total = block.counts?.reduce(0, +) ?? Double(n)
    var numbers = [total] + [Double](repeating: 0, count: d + d * d)
    var deviations = block.values
    deviations.withUnsafeMutableBufferPointer { deviations in
      for k in 0..<d {
        let column = deviations.baseAddress! + k * n
        var sum = 0.0
        if let counts = block.counts {
          for p in 0..<n { sum += counts[p] * column[p] }
        } else {
          for p in 0..<n { sum += column[p] }
        }
        let mean = sum / total
        numbers[1 + k] = mean
        for p in 0..<n { column[p] -= mean }
        if let counts = block.counts { for p in 0..<n { column[p] *= counts[p].squareRoot() } }
      }
      numbers.withUnsafeMutableBufferPointer { numbers in
        Double.multiply(
          transposeA: false, transposeB: true, rows: d, columns: d, inner: n, alpha: 1,
          deviations.baseAddress!,
          strideA: n, deviations.baseAddress!, strideB: n, beta: 0, numbers.baseAddress! + 1 + d, strideC: d)
      }
    }
    return numbers
  }

  private static func join(_ left: inout [Double], _ right: [Double], _ d: Int) {
    let total = left[0] + right[0]
    guard right[0] > 0 else { return }
    guard left[0] > 0 else {
      left = right
      return
    }
    let steps = (0..<d).map { right[1 + $0] - left[1 + $0] }
    let weight = left[0] * right[0] / total
    for i in 0..<d {
      for j in 0..<d { left[1 + d + i * d + j] += right[1 + d + i * d + j] + weight * steps[i] * steps[j] }
    }
    for i in 0..<d { left[1 + i] += steps[i] * (right[0] / total) }
    left[0] = total
  }
}
