import ParzenKernels

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
