import ParzenCore

/// Processes that hold a part of the samples each, and estimate from all of them together.
///
/// All of them take the same steps, and meet where sums are formed: `gather` is the only thing that they
/// need. MPI has it as `MPI_Allgatherv`.
public protocol SampleRanks: Sendable {
  /// The number of this process, from 0.
  var rank: Int { get }
  /// How many processes there are.
  var count: Int { get }

  /// Gives every process what each of them has, in the order of their numbers. Returns when all have called
  /// it.
  ///
  /// - Throws: `ParzenError` where a process cannot be reached.
  func gather(_ bytes: [UInt8]) throws(ParzenError) -> [[UInt8]]
}

/// One process, which has all samples.
struct SingleRank: SampleRanks {
  var rank: Int { 0 }
  var count: Int { 1 }

  func gather(_ bytes: [UInt8]) -> [[UInt8]] { [bytes] }
}

extension SampleRanks {
  /// What every process has found; where one of them has failed, all throw its error.
  func agreeing<Value>(
    _ found: Result<Value, ParzenError>, encode: (Value) -> [UInt8]
  ) throws(ParzenError) -> [[UInt8]] {
    guard count > 1 else { return [encode(try found.get())] }
    let own: [UInt8] =
      switch found {
      case .success(let value): [0] + encode(value)
      case .failure(let error): [1] + Array(RankFailure.text(error, rank: rank).utf8)
      }
    let all = try gather(own)
    for bytes in all where bytes.first != 0 {
      // The rank that has failed has the error itself.
      _ = try found.get()
      throw .unusableSamples(String(decoding: bytes.dropFirst(), as: UTF8.self))
    }
    return all.map { Array($0.dropFirst()) }
  }
}

private enum RankFailure {
  static func text(_ error: ParzenError, rank: Int) -> String { "process \(rank): \(error)" }
}

/// Whole numbers and floating-point numbers as bytes.
enum NumberBytes {
  static func encode(_ values: [Double]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

  static func decode(_ bytes: [UInt8]) -> [Double] {
    let count = bytes.count / 8
    return [Double](unsafeUninitializedCapacity: count) { buffer, initialised in
      bytes.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: .init(rebasing: $0[..<(8 * count)]))
      }
      initialised = count
    }
  }
}
