import ParzenKernels

/// The results of `body` for every index in `0..<count`, on up to `threads` threads.
///
/// `WorkProgress` tells how many are done.
///
/// - Throws: the error of the first index that has one.
package func concurrentResults<Value: Sendable>(
  _ count: Int, threads: Int, _ body: @Sendable (Int) throws(ParzenError) -> Value
) throws(ParzenError) -> [Value] {
  var results = [Result<Value, ParzenError>?](repeating: nil, count: count)
  let isFollowed = WorkProgress.begin(total: count)
  defer { if isFollowed { WorkProgress.end() } }
  results.withUnsafeMutableBufferPointer { results in
    nonisolated(unsafe) let results = results
    concurrentLoop(count, threads: threads) { index in
      do throws(ParzenError) {
        results[index] = .success(try body(index))
      } catch {
        results[index] = .failure(error)
      }
      if isFollowed { WorkProgress.advance() }
    }
  }
  var values: [Value] = []
  for result in results { values.append(try result!.get()) }
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
