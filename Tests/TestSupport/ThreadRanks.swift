import Foundation
import ParzenCore
import ParzenEstimators
import Synchronization

/// Ranks that are threads of this process.
package final class ThreadRanks: SampleRanks {
  package let rank: Int
  package let count: Int
  private let meeting: Meeting

  private final class Meeting: @unchecked Sendable {
    private let condition = NSCondition()
    private var round = 0
    private var given: [Int: [UInt8]] = [:]
    private var last: [[UInt8]] = []

    func gather(_ bytes: [UInt8], rank: Int, count: Int) -> [[UInt8]] {
      condition.lock()
      defer { condition.unlock() }
      let own = round
      given[rank] = bytes
      if given.count == count {
        last = (0..<count).map { given[$0]! }
        given = [:]
        round += 1
        condition.broadcast()
      }
      while round == own { condition.wait() }
      return last
    }
  }

  private init(rank: Int, count: Int, meeting: Meeting) {
    self.rank = rank
    self.count = count
    self.meeting = meeting
  }

  package func gather(_ bytes: [UInt8]) -> [[UInt8]] { meeting.gather(bytes, rank: rank, count: count) }

  /// The results of all ranks.
  package static func run<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (ThreadRanks) throws -> Value
  ) -> [Result<Value, any Error>] {
    let meeting = Meeting()
    let results = Mutex([Result<Value, any Error>?](repeating: nil, count: count))
    let group = DispatchGroup()
    for rank in 0..<count {
      group.enter()
      Thread.detachNewThread {
        let result = Result { try body(ThreadRanks(rank: rank, count: count, meeting: meeting)) }
        results.withLock { $0[rank] = result }
        group.leave()
      }
    }
    group.wait()
    return results.withLock { $0.map { $0! } }
  }
}
