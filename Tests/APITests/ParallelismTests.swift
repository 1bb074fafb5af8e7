import Foundation
import Parzen
import Synchronization
import Testing

/// A density that notes how many threads it may take.
private final class Noting: Distribution {
  let seen = Mutex<[Int]>([])
  var dimension: Int { 1 }
  func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix {
    Matrix(rows: count, columns: 1)
  }
  func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    seen.withLock { $0.append(Parallelism.threads) }
    return DensityEvaluation(
      logDensity: queries.elements.map { -($0 * $0 + log(2 * .pi)) / 2 },
      score: Matrix(rows: queries.rows, columns: 1, elements: queries.elements.map { -$0 }))
  }
}

@Suite struct ParallelismTests {
  private let samples = Matrix(rows: 60, columns: 1, elements: (0..<60).map { Double($0) / 20 - 1.5 })

  /// What a loop runs has the threads of the loop, and takes no others.
  @Test(arguments: [1, 2]) func nestedWorkSharesTheThreads(threads: Int) throws {
    let density = Noting()
    try Parallelism.limited(to: 2) { () throws(ParzenError) in
      _ = try CrossFitting(folds: 5).evaluate(
        samples, fit: { (_, _) throws(ParzenError) in density }, threads: threads)
    }
    let seen = density.seen.withLock { $0 }
    #expect(!seen.isEmpty && seen.allSatisfy { $0 == 1 })
  }

  @Test func limitsHoldWithinAndEndAfter() {
    let before = Parallelism.threads
    Parallelism.limited(to: 1) {
      #expect(Parallelism.threads == 1)
      // A limit is never raised from within.
      Parallelism.limited(to: 8) { #expect(Parallelism.threads == 1) }
    }
    Parallelism.limited(to: 0) { #expect(Parallelism.threads == 1) }
    #expect(Parallelism.threads == before)
  }

  @Test func errorsComeThrough() {
    #expect(throws: ParzenError.invalidOption("no")) {
      try Parallelism.limited(to: 1) { () throws(ParzenError) in throw ParzenError.invalidOption("no") }
    }
  }
}
