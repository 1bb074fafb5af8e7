import ParzenCore
import ParzenKernels
import ParzenPlatform

/// Measures methods on real data, where no truth is known: they learn from a random half of the samples, and
/// the mean log density that they give the samples of the other half is compared.
///
/// Its expectation is that of log f under the true density f, less the Kullback-Leibler divergence from f to
/// the estimate; so differences between methods are differences of divergences. All methods see the same
/// halves.
package struct RealDataEvaluation: Sendable {
  /// The methods: those that learn from samples alone.
  package let methods: [EvaluationMethod]
  /// The number of random divisions into halves.
  package var halves: Int
  /// The seed of the divisions, and of the noise for rounded values.
  package var seed: UInt64
  /// The most divisions that are measured at the same time.
  package var threads: Int
  /// Whether values that occur more than once stay as they are, instead of being spread over their column's
  /// resolution (`RealDataSet.dequantised`).
  package var keepsTies = false
  /// How many samples a dimension are learned from at most; all of the half when nil.
  package var samplesPerDimension: Double?

  /// - Throws: `ParzenError.invalidOption` for a method that is told the truth.
  package init(
    methods: [EvaluationMethod], halves: Int = 20, seed: UInt64 = 1,
    threads: Int = Parallelism.threads
  ) throws(ParzenError) {
    for method in methods where method.fit == nil {
      throw .invalidOption("\(method.name) is told the truth, which nobody knows of real data: leave it out")
    }
    self.methods = methods
    self.halves = halves
    self.seed = seed
    self.threads = threads
  }

  /// Measures all methods on a data set. The figures depend on its values and on the seed, not on its name,
  /// on the other methods or on the number of threads.
  ///
  /// - Complexity: time is that of the methods on all divisions; memory O(threads * n d).
  package func measure(_ dataSet: RealDataSet) -> RealDataResult {
    let used = keepsTies ? dataSet : dataSet.dequantised(seed: seed)
    var outcomes = [[RealDataOutcome]](repeating: [], count: halves)
    outcomes.withUnsafeMutableBufferPointer { outcomes in
      nonisolated(unsafe) let outcomes = outcomes
      concurrentLoop(halves, threads: threads) { index in
        let (half, heldOut) = used.halves(index, seed: seed)
        let most = samplesPerDimension.map { Int($0 * Double(half.columns)) } ?? half.rows
        let learning = half.selectingRows(0..<min(most, half.rows))
        outcomes[index] = methods.map { method in
          RealDataOutcome { try logLikelihood(of: method, learning: learning, heldOut: heldOut) }
        }
      }
    }
    return RealDataResult(
      dataSet: dataSet, resolutions: keepsTies ? nil : dataSet.resolutions,
      methods: methods.enumerated().map { column, method in
        RealDataResult.Method(name: method.name, outcomes: outcomes.map { $0[column] })
      })
  }

  /// The mean log density of held-out samples.
  private func logLikelihood(
    of method: EvaluationMethod, learning: Matrix, heldOut: Matrix
  ) throws -> Double {
    guard let density = try method.fit?(learning) as? any Density else {
      throw ParzenError.invalidOption("\(method.name) gives a score without a density")
    }
    let mean = try density.logDensity(at: heldOut).reduce(0, +) / Double(heldOut.rows)
    guard mean.isFinite else {
      throw ParzenError.unusableSamples("the log density is not finite at a held-out sample")
    }
    return mean
  }
}

/// What a method did on one division of a data set.
struct RealDataOutcome: Sendable, Equatable {
  /// The mean log density of the held-out samples, in nats; missing where the method failed.
  var logLikelihood: Double?
  /// Why it failed.
  var failure: String?

  init(_ measure: () throws -> Double) {
    do {
      logLikelihood = try measure()
    } catch {
      failure = "\(error)"
    }
  }
}
