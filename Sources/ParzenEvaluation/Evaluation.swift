import ParzenCore
import ParzenKernels
import ParzenPlatform

/// A series of measurements: every method on every target family, dimension and sample size.
///
/// All methods see the same contexts (see `ContextSource`), and no figure depends on what else is measured,
/// nor on the number of threads.
package struct Evaluation: Sendable {
  /// The target families.
  package var targets: [TargetFamily]
  /// The dimensions; those in which a family does not exist are left out for it.
  package var dimensions: [Int]
  /// The numbers n of samples.
  package var sizes: [Int]
  /// The methods.
  package var methods: [EvaluationMethod]
  /// The number of contexts per cell.
  package var contexts: Int
  /// The number of queries per context.
  package var queries: Int
  /// The seed of everything random.
  package var seed: UInt64
  /// The most contexts that run at the same time.
  package var threads: Int
  /// Whether the methods' times are measured, too: the only figures that differ from run to run, and with the
  /// number of threads.
  package var measuresTime = false
  /// Whether the samples themselves are the queries, as in some published tables; a kernel's own term
  /// distorts errors there.
  package var queriesAreSamples = false

  /// An evaluation.
  package init(
    targets: [TargetFamily], dimensions: [Int], sizes: [Int], methods: [EvaluationMethod],
    contexts: Int = 100,
    queries: Int = 512, seed: UInt64 = 1, threads: Int = Parallelism.threads
  ) {
    self.targets = targets
    self.dimensions = dimensions
    self.sizes = sizes
    self.methods = methods
    self.contexts = contexts
    self.queries = queries
    self.seed = seed
    self.threads = threads
  }

  /// Measures everything, cell after cell.
  ///
  /// - Parameter report: called after each cell with what was measured there, one entry per method.
  /// - Returns: all entries, in the order of `targets`, `dimensions`, `sizes` and `methods`.
  /// - Complexity: time is that of the methods on all contexts; memory O(threads * (n + m) * d).
  @discardableResult
  package func run(report: ([EvaluationCell]) -> Void = { _ in }) -> [EvaluationCell] {
    cells(measure, report: report)
  }

  /// What is measured for every target, dimension in which it exists, and size, in that order.
  ///
  /// - Parameter report: called after each of them.
  func cells<Cell: MeasuredCell>(
    _ measure: (_ target: TargetFamily, _ dimension: Int, _ size: Int) -> [Cell], report: ([Cell]) -> Void
  ) -> [Cell] {
    var cells: [Cell] = []
    for target in targets {
      for dimension in dimensions where target.dimensions.contains(dimension) {
        for size in sizes {
          let measured = measure(target, dimension, size)
          report(measured)
          cells += measured
        }
      }
    }
    return cells
  }

  /// Where the contexts come from.
  package var source: ContextSource {
    ContextSource(seed: seed, queries: queries, queriesAreSamples: queriesAreSamples)
  }

  private func measure(_ target: TargetFamily, _ dimension: Int, _ size: Int) -> [EvaluationCell] {
    let reference = EvaluationMethod.kernelDensity
    let measured = methods.contains { $0.name == reference.name } ? methods : methods + [reference]
    var errors = [[ContextErrors?]](
      repeating: [ContextErrors?](repeating: nil, count: measured.count), count: contexts)
    var seconds = [[Double]](repeating: [], count: contexts)
    errors.withUnsafeMutableBufferPointer { errors in
      seconds.withUnsafeMutableBufferPointer { seconds in
        nonisolated(unsafe) let (errors, seconds) = (errors, seconds)
        let source = source
        concurrentLoop(contexts, threads: threads) { index in
          let context = source.context(index, of: target, dimension: dimension, size: size)
          var errorsHere: [ContextErrors?] = []
          for method in measured {
            let start = ContinuousClock.now
            errorsHere.append(try? ContextErrors(method.estimate(context), context))
            seconds[index].append((ContinuousClock.now - start) / .seconds(1))
          }
          errors[index] = errorsHere
        }
      }
    }
    func column(_ name: String) -> [ContextErrors?] {
      let index = measured.firstIndex { $0.name == name }!
      return errors.map { $0[index] }
    }
    return methods.indices.map { index in
      EvaluationCell(
        target: target.name, dimension: dimension, size: size, method: methods[index].name,
        errors: column(methods[index].name), reference: column(reference.name),
        seconds: measuresTime ? seconds.map { $0[index] } : [])
    }
  }
}

/// Random targets with samples, queries and the truth at the queries.
///
/// Context number i draws its target and its queries from streams of (seed, family, dimension, i) and its
/// samples from a stream that also holds the sample size. So all sample sizes see the same targets and
/// queries.
package struct ContextSource: Sendable {
  /// The seed of everything random.
  package var seed: UInt64
  /// The number of queries per context.
  package var queries: Int
  /// Whether the samples themselves are the queries, as in some published tables; a kernel's own term
  /// distorts errors there.
  package var queriesAreSamples: Bool

  package init(seed: UInt64, queries: Int = 512, queriesAreSamples: Bool = false) {
    self.seed = seed
    self.queries = queries
    self.queriesAreSamples = queriesAreSamples
  }

  /// The context of a number.
  package func context(_ index: Int, of target: TargetFamily, dimension: Int, size: Int) -> EvaluationContext
  {
    var generator = Xoshiro256(seed: seed, stream: target.stream, dimension, index)
    let distribution = target.draw(dimension: dimension, using: &generator)
    var queries = distribution.sample(count: queries, using: &generator)
    var sampling = Xoshiro256(seed: seed, stream: target.stream, dimension, index, size)
    var samples = distribution.sample(count: size, using: &sampling)
    if queriesAreSamples { queries = samples }
    do {
      var truth = try distribution.evaluate(at: queries)
      if let contamination = target.contamination {
        let kept = log(1 - contamination.contaminate(&samples, &sampling))
        for row in truth.logDensity.indices { truth.logDensity[row] += kept }
      }
      return EvaluationContext(target: distribution, samples: samples, queries: queries, truth: truth)
    } catch {
      preconditionFailure("a distribution can be evaluated at its own draws: \(error)")
    }
  }
}
