import ParzenCore
import ParzenEstimators

/// A division of samples at random into parts of equal size, each of which is left out once.
struct SampleDivision: Sendable {
  /// The number of parts.
  let parts: Int
  /// The samples in the order of their parts.
  private let order: [Int]

  /// - Parameter name: what messages call the parts.
  /// - Throws: `ParzenError.invalidOption` for fewer than 2 parts or more parts than samples.
  /// - Complexity: O(n) for n samples.
  init(of count: Int, parts: Int, seed: UInt64, name: String = "folds") throws(ParzenError) {
    guard parts >= 2, parts <= count else {
      throw .invalidOption("\(parts) \(name) of \(count) samples: give from 2 \(name) to one for each sample")
    }
    var generator = Xoshiro256(seed: seed)
    order = generator.nextPermutation(of: count)
    self.parts = parts
  }

  private func range(_ part: Int) -> Range<Int> {
    part * order.count / parts..<(part + 1) * order.count / parts
  }

  /// The samples of a part.
  func members(of part: Int) -> ArraySlice<Int> { order[range(part)] }

  /// The samples of the other parts, in the order of these.
  func others(of part: Int) -> [Int] {
    Array(order[..<range(part).lowerBound] + order[range(part).upperBound...])
  }

  /// A fit to some of the samples, those without a part, whose error says so.
  func fit(
    to chosen: [Int], of samples: Matrix, _ weights: SampleWeights?, by fit: WeightedDensityFit
  ) throws(ParzenError) -> any Distribution {
    do throws(ParzenError) {
      return try fit(samples.selectingRows(chosen), weights?.selecting(chosen), 1)
    } catch {
      guard case .unusableSamples(let message) = error else { throw error }
      throw .unusableSamples("without a part of the samples, one of \(parts), \(message)")
    }
  }

  /// For each of n samples a value from the fit to the other parts.
  ///
  /// - Parameter values: those of the samples of a part under the fit to the others, and the rows of all of
  ///   them.
  /// - Returns: the values of every part.
  /// - Complexity: the fits and evaluations, on up to `threads` threads, one part each.
  func heldOut<Value: Sendable>(
    _ samples: Matrix, _ weights: SampleWeights?, threads: Int, fit: @escaping WeightedDensityFit,
    _ values: @escaping @Sendable (any Distribution, Matrix) throws(ParzenError) -> Value
  ) throws(ParzenError) -> [Value] {
    try concurrentResults(parts, threads: threads) { (part) throws(ParzenError) in
      let density = try self.fit(to: others(of: part), of: samples, weights, by: fit)
      return try values(density, samples.selectingRows(members(of: part)))
    }
  }
}
