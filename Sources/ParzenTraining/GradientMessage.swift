import ParzenCore
import ParzenNetworks

/// What the processes that train together tell each other in a step: a digest of the weights, by which they
/// notice that these have come apart, and for each of their shards both losses and the gradient.
///
/// In bytes: 8 of the digest, then 16 + 4 P for a shard, P being the number of parameters.
struct GradientMessage {
  /// The numbers of the shards of this process.
  let shards: Range<Int>
  /// The number P of parameters.
  let parameters: Int
  /// What tells the step and the weights from others.
  let digest: UInt64

  private var shardBytes: Int { 16 + 4 * parameters }

  func encoded(_ found: [(loss: DensityLoss, gradient: UnsafePointer<Float>)]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + found.count * shardBytes)
    withUnsafeBytes(of: digest) { bytes.append(contentsOf: $0) }
    for (loss, gradient) in found {
      withUnsafeBytes(of: (loss.score, loss.logDensity)) { bytes.append(contentsOf: $0) }
      bytes.append(contentsOf: UnsafeRawBufferPointer(start: gradient, count: 4 * parameters))
    }
    return bytes
  }

  /// Runs a body for each shard of a message.
  ///
  /// - Throws: `ParzenError.invalidOption` if it comes from a process with other weights.
  func forEachShard(
    of bytes: [UInt8], _ body: (DensityLoss, UnsafePointer<Float>) -> Void
  ) throws(ParzenError) {
    let isOfEqualWeights = bytes.withUnsafeBytes {
      $0.count >= 8 && ($0.count - 8) % shardBytes == 0
        && $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self) == digest
    }
    guard isOfEqualWeights else {
      throw .invalidOption(
        "the processes have come to different weights: give all the same configuration and checkpoint, and"
          + " run them on processors of one kind, with one version")
    }
    bytes.withUnsafeBytes { bytes in
      var place = 8
      while place < bytes.count {
        var loss = DensityLoss()
        loss.score = bytes.loadUnaligned(fromByteOffset: place, as: Double.self)
        loss.logDensity = bytes.loadUnaligned(fromByteOffset: place + 8, as: Double.self)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: parameters) { gradient in
          UnsafeMutableRawBufferPointer(gradient).copyMemory(
            from: .init(rebasing: bytes[place + 16..<place + shardBytes]))
          body(loss, gradient.baseAddress!)
        }
        place += shardBytes
      }
    }
  }
}
