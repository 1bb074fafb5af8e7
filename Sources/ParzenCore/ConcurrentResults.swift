import ParzenKernels

@_exported import enum ParzenKernels.Parallelism
@_exported import struct ParzenKernels.WorkProgress

/// The results of `body` for every index in `0..<count`, on up to `threads` threads: a phase of the work that
/// it is part of.
///
/// - Throws: the error of the first index that has one; `ParzenError.cancelled` where nobody wants the
///   results any more.
package func concurrentResults<Value: Sendable>(
  _ count: Int, threads: Int, _ body: @Sendable (Int) throws(ParzenError) -> Value
) throws(ParzenError) -> [Value] {
  let phase = WorkPhase(parts: count)
  defer { phase.end() }
  let results = concurrentValues(count, threads: threads) { index -> Result<Value, ParzenError> in
    do throws(ParzenError) {
      try WorkPhase.checkCancellation()
      let value = try body(index)
      phase.advance()
      return .success(value)
    } catch { return .failure(error) }
  }
  var values: [Value] = []
  for result in results { values.append(try result.get()) }
  try WorkPhase.checkCancellation()
  return values
}

/// The values of `body` for every index in `0..<count`, on up to `threads` threads.
package func concurrentValues<Value: Sendable>(
  _ count: Int, threads: Int, _ body: @Sendable (Int) -> Value
) -> [Value] {
  var values = [Value?](repeating: nil, count: count)
  values.withUnsafeMutableBufferPointer { values in
    nonisolated(unsafe) let values = values
    concurrentLoop(count, threads: threads) { values[$0] = body($0) }
  }
  return values.map { $0! }
}
