import ParzenKernels
import ParzenPlatform

/// A dense matrix of Float64 values, row by row. In this package rows are points and columns are dimensions.
///
/// ```swift
/// let points = Matrix([[0, 1], [2, 3], [4, 5]])  // three points in two dimensions
/// let first = points[row: 0]
/// let heights = points[column: 1]
/// ```
public struct Matrix: Sendable, Equatable {
  /// The number of rows (points).
  public let rows: Int
  /// The number of columns (dimensions).
  public let columns: Int
  /// The elements, row by row: element (i, j) is at `i * columns + j`. Their number is always `rows *
  /// columns`; they are changed in place through the subscript or `withUnsafeMutableElements`.
  public package(set) var elements: [Double]

  /// A matrix from its elements, row by row.
  ///
  /// - Precondition: `elements.count == rows * columns`.
  public init(rows: Int, columns: Int, elements: [Double]) {
    precondition(
      elements.count == rows * columns, "a \(rows) x \(columns) matrix needs \(rows * columns) elements")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// A matrix with every element equal to `value`.
  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    self.init(rows: rows, columns: columns, elements: [Double](repeating: value, count: rows * columns))
  }

  /// A matrix from its rows. Numbers of a file are read by `Table`, which does not trap on them.
  ///
  /// - Precondition: all rows have the same length.
  public init(_ rows: [[Double]]) {
    let columns = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == columns }, "all rows of a matrix have the same length")
    self.init(rows: rows.count, columns: columns, elements: rows.flatMap(\.self))
  }

  /// The identity matrix of a size.
  public static func identity(_ size: Int) -> Matrix {
    var result = Matrix(rows: size, columns: size)
    for i in 0..<size { result[i, i] = 1 }
    return result
  }

  /// The element at a row and a column.
  ///
  /// - Precondition: there are this row and this column.
  public subscript(row: Int, column: Int) -> Double {
    get { elements[row * columns + column] }
    set { elements[row * columns + column] = newValue }
  }

  /// Lets `body` change the elements in place, row by row.
  public mutating func withUnsafeMutableElements<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Double>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try elements.withUnsafeMutableBufferPointer { (elements) throws(Failure) in try body(elements) }
  }

  /// One row (point).
  ///
  /// - Precondition: there is this row.
  public subscript(row row: Int) -> ArraySlice<Double> {
    elements[row * columns..<(row + 1) * columns]
  }

  /// One column.
  ///
  /// - Precondition: there is this column.
  public subscript(column column: Int) -> [Double] {
    precondition(column >= 0 && column < columns, "the column \(column) is not one of \(columns)")
    return elements.withUnsafeBufferPointer { elements in
      (0..<rows).map { elements[$0 * columns + column] }
    }
  }

  /// The rows of given indices, in that order.
  ///
  /// - Precondition: there are these rows.
  public func selectingRows(_ indices: some Sequence<Int>) -> Matrix {
    let indices = Array(indices)
    guard columns > 0 else { return Matrix(rows: 0, columns: 0) }
    let chosen = [Double](unsafeUninitializedCapacity: indices.count * columns) { chosen, count in
      elements.withUnsafeBufferPointer { elements in
        for index in indices {
          precondition(index >= 0 && index < rows, "the row \(index) is not one of \(rows)")
          for column in 0..<columns {
            chosen.initializeElement(at: count + column, to: elements[index * columns + column])
          }
          count += columns
        }
      }
    }
    return Matrix(rows: indices.count, columns: columns, elements: chosen)
  }

  /// The columns of given indices, in that order.
  package func selectingColumns(_ indices: [Int]) -> Matrix {
    Matrix(
      rows: rows, columns: indices.count,
      elements: (0..<rows).flatMap { row in indices.map { self[row, $0] } })
  }

  /// The transpose.
  public var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for i in 0..<rows { for j in 0..<columns { result[j, i] = self[i, j] } }
    return result
  }
}

extension Matrix {
  /// The matrix product, of shapes (r x k) and (k x c).
  ///
  /// - Precondition: the shapes fit.
  /// - Complexity: O(r k c), on the calling thread.
  public static func * (left: Matrix, right: Matrix) -> Matrix {
    precondition(left.columns == right.rows, "the shapes of a matrix product must fit")
    var result = Matrix(rows: left.rows, columns: right.columns)
    guard !result.elements.isEmpty, left.columns > 0 else { return result }
    result.elements.withUnsafeMutableBufferPointer { output in
      Double.multiply(
        transposeA: false, transposeB: false, rows: left.rows, columns: right.columns, inner: left.columns,
        alpha: 1, left.elements, strideA: left.columns, right.elements, strideB: right.columns, beta: 0,
        output.baseAddress!, strideC: right.columns)
    }
    return result
  }
}

extension Matrix {
  /// The products of the columns with each other, A^T A.
  ///
  /// - Complexity: O(n d^2) time, O(d^2) memory.
  package var columnProducts: Matrix {
    var result = Matrix(rows: columns, columns: columns)
    guard !elements.isEmpty else { return result }
    result.elements.withUnsafeMutableBufferPointer { output in
      Double.multiply(
        transposeA: true, transposeB: false, rows: columns, columns: columns, inner: rows, alpha: 1, elements,
        strideA: columns, elements, strideB: columns, beta: 0, output.baseAddress!, strideC: columns)
    }
    return result
  }

  /// The mean of every column.
  package var columnMeans: [Double] {
    (0..<columns).map { self[column: $0].reduce(0, +) / Double(rows) }
  }

  /// The smallest and the largest value of every column; there are rows. What is no number does not count.
  package var columnRanges: [ClosedRange<Double>] {
    var (low, high) = (
      [Double](repeating: .infinity, count: columns), [Double](repeating: -.infinity, count: columns)
    )
    elements.withUnsafeBufferPointer { elements in
      for start in stride(from: 0, to: elements.count, by: max(columns, 1)) {
        for k in 0..<columns {
          low[k] = Swift.min(low[k], elements[start + k])
          high[k] = Swift.max(high[k], elements[start + k])
        }
      }
    }
    return zip(low, high).map { $0 <= $1 ? $0...$1 : .infinity ... .infinity }
  }

  /// The variance of every column about its mean, divided by the number of rows.
  package var columnVariances: [Double] {
    zip(0..<columns, columnMeans).map { column, mean in
      self[column: column].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
    }
  }
}

/// exp(x_i) / sum_j exp(x_j), without overflow.
///
/// - Precondition: there is a value, and the largest is finite.
package func softmax(_ values: [Double]) -> [Double] {
  guard let highest = values.max() else { preconditionFailure("a softmax has a value") }
  let exponentials = values.map { exp($0 - highest) }
  let total = exponentials.reduce(0, +)
  return exponentials.map { $0 / total }
}

extension Matrix: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case rows, columns, elements
  }

  /// Decodes `rows`, `columns` and `elements`, row by row, of which there must be rows * columns.
  public init(from decoder: any Decoder) throws {
    try decoder.checkKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let rows = try container.decode(Int.self, forKey: .rows)
    let columns = try container.decode(Int.self, forKey: .columns)
    let elements = try container.decode([Double].self, forKey: .elements)
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !overflow, elements.count == count else {
      throw DecodingError.dataCorruptedError(
        forKey: .elements, in: container,
        debugDescription: "\(elements.count) elements are no \(rows) x \(columns) matrix")
    }
    self.init(rows: rows, columns: columns, elements: elements)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rows, forKey: .rows)
    try container.encode(columns, forKey: .columns)
    try container.encode(elements, forKey: .elements)
  }
}
