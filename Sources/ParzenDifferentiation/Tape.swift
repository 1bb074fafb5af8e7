import ParzenKernels
import ParzenPlatform

/// A rows x columns array on a tape, row by row, with its gradient; valid until the tape is reset.
package struct Variable<Scalar: KernelScalar> {
  package let value: UnsafeMutablePointer<Scalar>
  /// The gradient of the loss, accumulated on the way back; nil for constants and on a tape that does not
  /// record.
  package let gradient: UnsafeMutablePointer<Scalar>?
  package let rows: Int
  package let columns: Int

  package init(
    value: UnsafeMutablePointer<Scalar>, gradient: UnsafeMutablePointer<Scalar>?, rows: Int, columns: Int
  ) {
    self.value = value
    self.gradient = gradient
    self.rows = rows
    self.columns = columns
  }

  package var count: Int { rows * columns }

  /// The same numbers under another shape.
  package func reshaped(_ rows: Int, _ columns: Int) -> Variable {
    precondition(rows * columns == count, "a reshaped variable keeps its number of elements")
    return Variable(value: value, gradient: gradient, rows: rows, columns: columns)
  }

  /// Some of the rows.
  package func rows(_ range: Range<Int>) -> Variable {
    Variable(
      value: value + range.lowerBound * columns, gradient: gradient.map { $0 + range.lowerBound * columns },
      rows: range.count, columns: columns)
  }

  /// The values of one of `count` equal blocks.
  package func block(_ index: Int, of count: Int) -> UnsafeMutablePointer<Scalar> {
    value + index * (self.count / count)
  }

  /// The gradients of one of `count` equal blocks.
  ///
  /// - Precondition: the variable has a gradient.
  package func gradientBlock(_ index: Int, of count: Int) -> UnsafeMutablePointer<Scalar> {
    gradient! + index * (self.count / count)
  }
}

/// Reverse-mode differentiation over a few coarse operations.
///
/// Each operation (see the extensions) computes its value at once and, when the tape records, leaves a step
/// for the way back; `backward()` runs the steps in reverse. A tape belongs to one thread. It is generic over
/// the scalar, so that every gradient can be checked in Float64.
package final class Tape<Scalar: KernelScalar> {
  package let kernels = Scalar.kernels
  /// Whether gradients are wanted.
  package let records: Bool
  private let arena = Arena<Scalar>()
  private var steps: [() -> Void] = []
  private var workspaces: [AnyHashable: AnyObject] = [:]

  package init(records: Bool) { self.records = records }

  /// Forgets everything; variables made so far become invalid, and their memory is used again.
  package func reset() {
    steps.removeAll(keepingCapacity: true)
    arena.reset()
  }

  /// Runs all steps in reverse. Gradients of results must have been seeded before (see the loss operations).
  package func backward() {
    for step in steps.reversed() { step() }
    steps.removeAll(keepingCapacity: true)
  }

  /// A new variable with undefined value and, when recording, zero gradient.
  package func variable(_ rows: Int, _ columns: Int) -> Variable<Scalar> {
    let count = rows * columns
    var gradient: UnsafeMutablePointer<Scalar>?
    if records {
      gradient = arena.allocate(count)
      clear(gradient!, count)
    }
    return Variable(value: arena.allocate(count), gradient: gradient, rows: rows, columns: columns)
  }

  private func clear(_ memory: UnsafeMutablePointer<Scalar>, _ count: Int) {
    memset(memory, 0, count * MemoryLayout<Scalar>.stride)
  }

  /// A new variable with zero value.
  package func zeros(_ rows: Int, _ columns: Int) -> Variable<Scalar> {
    let result = variable(rows, columns)
    clear(result.value, result.count)
    return result
  }

  /// A constant with undefined value, to be filled by the caller.
  package func constant(_ rows: Int, _ columns: Int) -> Variable<Scalar> {
    Variable(value: arena.allocate(rows * columns), gradient: nil, rows: rows, columns: columns)
  }

  /// Undefined memory that lives until the tape is reset.
  package func scratch(_ count: Int) -> UnsafeMutablePointer<Scalar> { arena.allocate(count) }

  /// Scratch of a number of bytes, aligned to a cache line, as kernels ask for it.
  package func scratch(bytes: Int) -> UnsafeMutablePointer<Scalar> {
    arena.allocate((bytes + MemoryLayout<Scalar>.stride - 1) / MemoryLayout<Scalar>.stride)
  }

  /// Working memory of a shape, made at the first call and the same one at every other.
  package func workspace<Workspace: AnyObject, Shape: Hashable>(
    _ shape: Shape, _ make: (Shape) -> Workspace
  ) -> Workspace {
    if let workspace = workspaces[shape] as? Workspace { return workspace }
    let workspace = make(shape)
    workspaces[shape] = workspace
    return workspace
  }

  /// Leaves a step for the way back.
  package func record(_ step: @escaping () -> Void) {
    if records { steps.append(step) }
  }
}

/// Memory for the values and gradients of one pass, handed out in sequence and taken back all at once.
///
/// Every allocation is aligned to a cache line, which is also the widest vector register.
package final class Arena<Scalar: KernelScalar> {
  private static var alignment: Int { 64 }
  private static var chunkCount: Int { 1 << 16 }
  private var chunks: [UnsafeMutableBufferPointer<Scalar>] = []
  private var chunk = 0
  private var used = 0

  package init() {}

  deinit { for chunk in chunks { UnsafeMutableRawPointer(chunk.baseAddress!).deallocate() } }

  /// Takes everything back; the memory itself stays for the next pass.
  package func reset() {
    chunk = 0
    used = 0
  }

  /// `count` scalars with undefined values, valid until `reset`.
  package func allocate(_ count: Int) -> UnsafeMutablePointer<Scalar> {
    let step = Self.alignment / MemoryLayout<Scalar>.stride
    let size = (count + step - 1) / step * step
    while chunk < chunks.count, used + size > chunks[chunk].count {
      chunk += 1
      used = 0
    }
    if chunk == chunks.count {
      let capacity = max(size, Self.chunkCount)
      let memory = UnsafeMutableRawPointer.allocate(
        byteCount: capacity * MemoryLayout<Scalar>.stride, alignment: Self.alignment)
      chunks.append(.init(start: memory.bindMemory(to: Scalar.self, capacity: capacity), count: capacity))
    }
    defer { used += size }
    return chunks[chunk].baseAddress! + used
  }
}
