// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CParzen
import ParzenCore
import ParzenEstimators

/// Processes that a program without Swift speaks to.
private struct ForeignRanks: SampleRanks, @unchecked Sendable {
  let ranks: parzen_ranks

  var rank: Int { Int(ranks.rank) }
  var count: Int { Int(ranks.count) }

  func gather(_ bytes: [UInt8]) throws(ParzenError) -> [[UInt8]] {
    var sizes = [Int64](repeating: 0, count: count)
    let status = bytes.withUnsafeBytes {
      ranks.gather($0.baseAddress!, Int64($0.count), &sizes, ranks.context)
    }
    guard status == 0, sizes.allSatisfy({ $0 >= 0 }) else { throw Self.lost }
    var all: [[UInt8]] = []
    for (rank, size) in sizes.enumerated() {
      var part = [UInt8](repeating: 0, count: Int(size))
      let status = part.withUnsafeMutableBytes { bytes -> Int32 in
        guard let start = bytes.baseAddress else { return 0 }
        return ranks.receive(Int32(rank), start, size, ranks.context)
      }
      guard status == 0 else { throw Self.lost }
      all.append(part)
    }
    return all
  }

  private static let lost = ParzenError.invalidOption(
    "the other processes cannot be reached: see what the communicator says")
}

@c @implementation
public func parzen_fit_ranks(
  _ samples: UnsafePointer<parzen_matrix>, _ weights: UnsafePointer<parzen_matrix>?,
  _ options: UnsafePointer<CChar>?, _ ranks: UnsafePointer<parzen_ranks>,
  _ density: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<parzen_error>?
) -> parzen_status {
  call(error) { () throws(ParzenError) in
    let others = ForeignRanks(ranks: ranks.pointee)
    guard others.count >= 1, 0..<others.count ~= others.rank else {
      throw .invalidOption("process \(others.rank) is none of \(others.count): count them from 0")
    }
    // What is wrong with the arguments of one process is told to the others, which wait for it.
    let arguments = try others.together { () throws(ParzenError) in
      let arguments = try FitArguments(samples, weights: weights, options: options)
      guard arguments.method.estimator.name == Estimator.mixtureTransformer.name else {
        throw .invalidOption("several processes fit the method mixture together: leave out the other one")
      }
      return arguments
    }
    let method = arguments.method
    let source = try SampleSource(arguments.points, sampleWeights: arguments.weights, ranks: others)
    let estimate = try MixtureTransformer(
      source: source, policy: method.options.policy ?? .automatic,
      regularise: method.options.regularise, threads: arguments.threads)
    let fitted = FittedDensity(Estimate(estimate))
    density?.pointee = fitted.handle
  }
}
