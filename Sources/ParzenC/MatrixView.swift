import CParzen
import ParzenCore
import ParzenPlatform

/// A matrix in the caller's memory, with strides of any size and sign.
///
/// The caller vouches for the memory; shape and type are checked.
struct MatrixView: @unchecked Sendable {
  private let data: UnsafeMutableRawPointer
  let rows: Int
  let columns: Int
  private let rowStride: Int
  private let columnStride: Int
  private let isFloat32: Bool

  /// - Parameter name: what messages call it.
  init(_ matrix: parzen_matrix, name: String) throws(ParzenError) {
    guard matrix.rows >= 0, matrix.columns >= 0 else {
      throw .invalidOption("\(name): a matrix has no negative number of rows or columns")
    }
    guard [PARZEN_FLOAT64, PARZEN_FLOAT32].contains(Int(matrix.type)) else {
      throw .invalidOption("\(name): the elements are PARZEN_FLOAT64 or PARZEN_FLOAT32")
    }
    guard let data = matrix.data ?? (matrix.rows == 0 || matrix.columns == 0 ? Self.nothing : nil) else {
      throw .invalidOption("\(name): the matrix has no memory")
    }
    self.data = data
    rows = Int(matrix.rows)
    columns = Int(matrix.columns)
    rowStride = Int(matrix.row_stride)
    columnStride = Int(matrix.column_stride)
    isFloat32 = matrix.type == PARZEN_FLOAT32
  }

  /// Where a matrix without elements lies.
  private static var nothing: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bitPattern: 8)! }

  /// A matrix that must have a shape.
  init(_ matrix: parzen_matrix, name: String, rows: Int, columns: Int) throws(ParzenError) {
    try self.init(matrix, name: name)
    guard self.rows == rows, self.columns == columns else {
      throw .invalidOption(
        "\(name): \(rows) x \(columns) is needed, but \(self.rows) x \(self.columns) is given")
    }
  }

  /// A copy of all elements.
  ///
  /// - Throws: `ParzenError.invalidOption` if the copy would be larger than the machine's memory, which a
  ///   matrix whose stride is zero can ask for.
  func copied() throws(ParzenError) -> Matrix {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    let memory = Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE)))
    guard !overflow, Double(count) * 8 < memory else {
      throw .invalidOption(
        "\(rows) x \(columns) numbers are more than this machine has memory for: give fewer")
    }
    return copied(rows: 0..<rows)
  }

  /// A copy of some rows.
  func copied(rows range: Range<Int>) -> Matrix {
    let count = range.count * columns
    let elements = [Double](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      initializedCount = count
      guard count > 0, let target = buffer.baseAddress else { return }
      if !isFloat32, columnStride == 8, rowStride == 8 * columns {
        UnsafeMutableRawPointer(target).copyMemory(
          from: data + range.lowerBound * rowStride, byteCount: 8 * count)
      } else if isFloat32 {
        read(Float.self, range, into: target)
      } else {
        read(Double.self, range, into: target)
      }
    }
    return Matrix(rows: range.count, columns: columns, elements: elements)
  }

  private func read<Element: BinaryFloatingPoint & BitwiseCopyable>(
    _ type: Element.Type, _ range: Range<Int>, into target: UnsafeMutablePointer<Double>
  ) {
    var next = target
    for row in range {
      let start = data + row * rowStride
      for column in 0..<columns {
        next.pointee = Double((start + column * columnStride).loadUnaligned(as: type))
        next += 1
      }
    }
  }

  /// Writes elements, row by row, from a row on.
  func write(_ elements: [Double], fromRow start: Int = 0) {
    guard columns > 0 else { return }
    for index in elements.indices {
      let place = data + (start + index / columns) * rowStride + index % columns * columnStride
      if isFloat32 {
        place.storeBytes(of: Float(elements[index]), as: Float.self)
      } else {
        place.storeBytes(of: elements[index], as: Double.self)
      }
    }
  }
}
