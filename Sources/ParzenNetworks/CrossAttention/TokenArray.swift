import ParzenDifferentiation
import ParzenKernels

/// Rows of numbers that live as long as anyone reads them: filled once, in disjoint parts that may be written
/// at the same time, then only read.
final class TokenArray<Scalar: KernelScalar>: @unchecked Sendable {
  let rows: Int
  let columns: Int
  private let memory: UnsafeMutableBufferPointer<Scalar>

  /// A copy of numbers.
  init(_ numbers: [Scalar], columns: Int) {
    self.columns = columns
    rows = numbers.count / columns
    memory = .allocate(capacity: numbers.count)
    _ = memory.initialize(from: numbers)
  }

  /// Rows of zeros, to be filled.
  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    memory = .allocate(capacity: rows * columns)
    memory.initialize(repeating: 0)
  }

  deinit { memory.deallocate() }

  subscript(row: Int) -> UnsafePointer<Scalar> { UnsafePointer(memory.baseAddress! + row * columns) }

  /// Some of the rows as a constant of a tape; valid as long as the array.
  func constant(_ range: Range<Int>) -> Variable<Scalar> {
    Variable(
      value: memory.baseAddress! + range.lowerBound * columns, gradient: nil, rows: range.count,
      columns: columns)
  }

  /// All rows as a constant of a tape.
  var constant: Variable<Scalar> { constant(0..<rows) }

  /// Copies a variable into the rows from `first` on.
  func store(_ variable: Variable<Scalar>, at first: Int) {
    (memory.baseAddress! + first * columns).update(from: variable.value, count: variable.count)
  }

  /// The numbers row by row.
  var numbers: [Scalar] { Array(memory) }
}
