import ParzenCore

/// Processes that hold a part of the samples each and estimate from all of them together, or train a network
/// together.
///
/// All of them take the same steps, and meet where sums are formed: `gather` is the only thing that they
/// need. MPI has it as `MPI_Allgatherv`.
///
/// ```swift
/// /// The processes of a program that was started once.
/// struct Alone: SampleRanks {
///   var rank: Int { 0 }
///   var count: Int { 1 }
///   func gather(_ bytes: [UInt8]) throws(ParzenError) -> [[UInt8]] { [bytes] }
/// }
/// let estimate = try MixtureTransformer(source: SampleSource(samples, ranks: Alone()))
/// ```
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

/// One process, which has everything.
package struct SingleRank: SampleRanks {
  package init() {}
  package var rank: Int { 0 }
  package var count: Int { 1 }

  package func gather(_ bytes: [UInt8]) -> [[UInt8]] { [bytes] }
}

extension SampleRanks {
  /// What every process has found; where some have failed, all throw the error of the first of these.
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
    for (process, bytes) in all.enumerated() where bytes.first != 0 {
      // The first one that has failed has the error itself.
      if process == rank { _ = try found.get() }
      throw .unusableSamples("\(String(decoding: bytes.dropFirst(), as: UTF8.self))")
    }
    return all.map { Array($0.dropFirst()) }
  }

  /// Work that every process does, and that all wait for; where it fails in one of them, all throw its error.
  package func together<Value>(_ work: () throws(ParzenError) -> Value) throws(ParzenError) -> Value {
    let found: Result<Value, ParzenError>
    do throws(ParzenError) { found = .success(try work()) } catch { found = .failure(error) }
    _ = try agreeing(found) { _ in [] }
    return try found.get()
  }

  /// Whether a question has the answer yes in one process or more; errors as in `together`.
  package func any(_ question: () throws(ParzenError) -> Bool) throws(ParzenError) -> Bool {
    let found: Result<Bool, ParzenError>
    do throws(ParzenError) { found = .success(try question()) } catch { found = .failure(error) }
    return try agreeing(found) { [$0 ? 1 : 0] }.contains { $0 == [1] }
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
