import COpenMPI
import Parzen

/// The processes that `mpirun` has started, which estimate together.
///
///     let ranks = try MPIRanks()
///     let source = try SampleSource(contentsOf: files, ranks: ranks)
///     let estimate = try MixtureTransformer(source: source, threads: 4)
///     try ranks.end()
///
/// A process that dies ends all others: `mpirun` sees to that. One that gives up does so by `abort`.
public struct MPIRanks: SampleRanks {
  public let rank: Int
  public let count: Int

  /// Meets the other processes. Once in a process, from its start.
  ///
  /// - Throws: `ParzenError.invalidOption` where there is no MPI to speak of.
  public init() throws(ParzenError) {
    var (rank, count): (Int32, Int32) = (0, 0)
    try Self.check(parzen_mpi_begin(&rank, &count))
    self.rank = Int(rank)
    self.count = Int(count)
  }

  /// Takes leave of the other processes, when all do.
  public func end() throws(ParzenError) { try Self.check(parzen_mpi_end()) }

  /// Ends all processes.
  public func abort(status: Int32) -> Never {
    _ = parzen_mpi_abort(status)
    fatalError("MPI_Abort has returned")
  }

  /// - Complexity: every process receives the bytes of all.
  public func gather(_ bytes: [UInt8]) throws(ParzenError) -> [[UInt8]] {
    var sizes = [Int64](repeating: 0, count: count)
    try Self.check(parzen_mpi_gather_sizes(Int64(bytes.count), &sizes))
    let total = sizes.reduce(0, +)
    // What MPI counts with 32 bits.
    guard total <= Int64(Int32.max) else { return try broadcastAll(bytes, sizes.map { Int($0) }) }
    let counts = sizes.map { Int32($0) }
    let places = counts.reduce(into: [Int32(0)]) { $0.append($0[$0.count - 1] + $1) }
    var all = [UInt8](repeating: 0, count: Int(total))
    let code = bytes.withUnsafeBytes { own in
      all.withUnsafeMutableBytes {
        parzen_mpi_gather(own.baseAddress, Int32(own.count), $0.baseAddress, counts, places)
      }
    }
    try Self.check(code)
    return (0..<count).map { Array(all[Int(places[$0])..<Int(places[$0 + 1])]) }
  }

  /// The same of very many bytes, piece by piece.
  private func broadcastAll(_ bytes: [UInt8], _ sizes: [Int]) throws(ParzenError) -> [[UInt8]] {
    let most = 1 << 30
    var all: [[UInt8]] = []
    for (root, size) in sizes.enumerated() {
      var part = root == rank ? bytes : [UInt8](repeating: 0, count: size)
      for first in stride(from: 0, to: size, by: most) {
        let code = part.withUnsafeMutableBytes {
          parzen_mpi_broadcast($0.baseAddress! + first, Int32(min(most, size - first)), Int32(root))
        }
        try Self.check(code)
      }
      all.append(part)
    }
    return all
  }

  private static func check(_ code: Int32) throws(ParzenError) {
    guard code != Int32(parzen_mpi_success) else { return }
    var length: Int32 = 0
    var text = [CChar](repeating: 0, count: Int(parzen_mpi_message_size))
    _ = parzen_mpi_message(code, &text, &length)
    let message = String(decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    throw .invalidOption("MPI: \(message): start the processes by mpirun")
  }
}
