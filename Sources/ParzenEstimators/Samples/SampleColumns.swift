import ParzenCore
import ParzenKernels
import ParzenMixtures

/// Weighted samples in the layout of the kernels: all first coordinates, then all second ones, and so on.
struct SampleColumns<Coordinate: KernelScalar>: Sendable {
  let dimension: Int
  /// The number of rows.
  let count: Int
  /// The sum of the weights: the number n of samples that the rows stand for.
  let total: Double
  /// d x count.
  private let coordinates: [Coordinate]
  /// One for each row; nil for ones.
  private let weights: [Coordinate]?

  /// The points of a matrix, n x d, with as many weights.
  init(_ points: Matrix, weights: [Double]?) {
    dimension = points.columns
    count = points.rows
    total = weights?.reduce(0, +) ?? Double(points.rows)
    self.weights = weights?.map { Coordinate($0) }
    let (rows, columns) = (points.rows, points.columns)
    coordinates = [Coordinate](unsafeUninitializedCapacity: rows * columns) { result, count in
      for i in 0..<columns {
        for p in 0..<rows { result[i * rows + p] = Coordinate(points.elements[p * columns + i]) }
      }
      count = rows * columns
    }
  }

  /// - Parameters:
  ///   - coordinates: d x count.
  ///   - weights: one for each row; nil for ones.
  init(_ coordinates: [Coordinate], dimension: Int, weights: [Coordinate]?) where Coordinate == Double {
    self.dimension = dimension
    count = coordinates.count / dimension
    total = weights?.reduce(0, +) ?? Double(count)
    (self.coordinates, self.weights) = (coordinates, weights)
  }

  /// Gives the kernels access to the samples.
  func withPoints<Result>(_ body: (PointBlock<Coordinate>) -> Result) -> Result {
    coordinates.withUnsafeBufferPointer { coordinates in
      guard let weights else { return body(PointBlock(coordinates.baseAddress!, count: count)) }
      return weights.withUnsafeBufferPointer {
        body(PointBlock(coordinates.baseAddress!, count: count, weights: $0.baseAddress!, total: total))
      }
    }
  }

  /// A coordinate of a row.
  subscript(row: Int, coordinate: Int) -> Coordinate { coordinates[coordinate * count + row] }

  /// The weight of a row.
  func weight(of row: Int) -> Coordinate { weights?[row] ?? 1 }
}

extension SampleColumns<Double> {
  /// The mean of every column.
  var mean: [Double] {
    (0..<dimension).map { column in
      (0..<count).reduce(0) { $0 + weight(of: $1) * self[$1, column] } / total
    }
  }

  /// The samples, n x d.
  var points: Matrix { deviations(from: [Double](repeating: 0, count: dimension)) }

  /// What the samples are beside a point, n x d.
  func deviations(from point: [Double]) -> Matrix {
    var result = Matrix(rows: count, columns: dimension)
    result.withUnsafeMutableElements { elements in
      for i in 0..<dimension {
        for row in 0..<count { elements[row * dimension + i] = self[row, i] - point[i] }
      }
    }
    return result
  }

  /// A subset of the rows.
  ///
  /// - Complexity: O(rows d) time and memory.
  func selecting(_ rows: [Int]) -> SampleColumns {
    let points = Matrix(
      rows: rows.count, columns: dimension,
      elements: rows.flatMap { row in (0..<dimension).map { self[row, $0] } })
    return SampleColumns(points, weights: weights.map { weights in rows.map { weights[$0] } })
  }

  /// At most so many rows, evenly by their place.
  func thinned(to most: Int) -> SampleColumns {
    count <= most ? self : selecting((0..<most).map { $0 * count / most })
  }

  /// The samples, all moved by the same step.
  func moved(by step: [Double]) -> SampleColumns {
    guard step.contains(where: { $0 != 0 }) else { return self }
    return SampleColumns(
      coordinates.indices.map { coordinates[$0] + step[$0 / count] }, dimension: dimension, weights: weights)
  }

  /// The samples x A, for a d x d matrix A.
  ///
  /// - Complexity: O(n d^2) time, O(n d) memory.
  func mapped(by matrix: Matrix) -> SampleColumns {
    SampleColumns(points * matrix, weights: weights)
  }
}
