import ParzenKernels

/// The results of `body` for every index in `0..<count`, on up to `threads` threads.
///
/// - Throws: the error of the first index that has one.
package func concurrentResults<Value: Sendable>(
  _ count: Int, threads: Int, _ body: @Sendable (Int) throws(ParzenError) -> Value
) throws(ParzenError) -> [Value] {
  var results = [Result<Value, ParzenError>?](repeating: nil, count: count)
  results.withUnsafeMutableBufferPointer { results in
    nonisolated(unsafe) let results = results
    concurrentLoop(count, threads: threads) { index in
      do throws(ParzenError) {
        results[index] = .success(try body(index))
      } catch {
        results[index] = .failure(error)
      }
    }
  }
  var values: [Value] = []
  for result in results { values.append(try result!.get()) }
  return values
}
