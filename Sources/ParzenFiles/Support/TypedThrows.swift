extension Array {
  /// An array whose storage `body` fills, keeping the type of the error that it throws.
  ///
  /// - Parameters:
  ///   - capacity: the number of elements to make room for.
  ///   - body: initialises elements from the start of the buffer on, and returns how many.
  init<Failure: Error>(
    capacity: Int, filledBy body: (UnsafeMutableBufferPointer<Element>) throws(Failure) -> Int
  ) throws(Failure) where Element: BitwiseCopyable {
    var failure: Failure?
    self.init(unsafeUninitializedCapacity: capacity) { buffer, initializedCount in
      do throws(Failure) { initializedCount = try body(buffer) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// `withUnsafeBytes`, keeping the type of the error that `body` throws.
  func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result where Element: BitwiseCopyable {
    try withUnsafeBufferPointer { buffer throws(Failure) in try body(UnsafeRawBufferPointer(buffer)) }
  }
}
