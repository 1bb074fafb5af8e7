import ParzenKernels

/// The samples of one context that are read a chunk at a time, whenever sums over them are wanted.
package protocol StreamedPoints: Sendable {
  /// How many there are.
  var count: Int { get }
  /// The sum of their weights.
  var total: Double { get }

  /// Sums over all samples, in an order of their own.
  ///
  /// - Parameters:
  ///   - size: how many sums.
  ///   - add: adds to the sums of a chunk.
  /// - Returns: the sums; zeros where reading has failed, which whoever has the samples is told of.
  func sums(
    size: Int, add: @Sendable (PointBlock<Float>, _ sums: UnsafeMutablePointer<Double>) -> Void
  ) -> [Double]
}
