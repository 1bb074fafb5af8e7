import ParzenAnalysis
import ParzenCore
import ParzenKernels

/// A functional of a density that `FunctionalEvaluation` measures.
package enum Functional: String, Sendable, CaseIterable, Codable {
  /// Differential entropy, in nats.
  case entropy
  /// The trace of the Fisher information of location.
  case fisher
}

/// Measures estimates of entropy and Fisher information where the truth is known: on the contexts of an
/// `Evaluation`, with the methods that give a density which can be drawn from.
package struct FunctionalEvaluation: Sendable {
  /// Targets, dimensions, sizes, methods, contexts and seed. Its `threads` are contexts that run at the same
  /// time.
  package var evaluation: Evaluation
  /// Bootstrap replicates for every estimate.
  package var replicates: Int

  /// Draws from the target behind every true value: a hundred times as many as the usual samples, so that the
  /// truth's own error is a tenth of the estimates'.
  package static let truthDraws = 100_000

  /// - Throws: `ParzenError.invalidOption` for a method that gives no density to draw from.
  package init(_ evaluation: Evaluation, replicates: Int = 50) throws(ParzenError) {
    for method in evaluation.methods where method.fit == nil {
      throw .invalidOption("\(method.name) is told the truth: functionals need a method that is not")
    }
    self.evaluation = evaluation
    self.replicates = replicates
  }

  /// Measures everything, cell after cell.
  ///
  /// - Parameter report: called after each cell with what was measured there.
  /// - Returns: per target, dimension and size: for every method an entry per functional, and one for the
  ///   nearest-neighbour entropy.
  package func run(report: ([FunctionalCell]) -> Void = { _ in }) -> [FunctionalCell] {
    evaluation.cells(measure, report: report)
  }

  /// The figures of one context: per column and functional, the estimate; and the truth.
  private struct ContextFigures: Sendable {
    var truth: [Functional: Double]
    var methods: [[Functional: InformationEstimate]?]
    var nearestNeighbours: NearestNeighbourEntropy?
  }

  private func measure(_ target: TargetFamily, _ dimension: Int, _ size: Int) -> [FunctionalCell] {
    var figures = [ContextFigures?](repeating: nil, count: evaluation.contexts)
    figures.withUnsafeMutableBufferPointer { figures in
      nonisolated(unsafe) let figures = figures
      concurrentLoop(evaluation.contexts, threads: evaluation.threads) { index in
        let context = evaluation.source.context(index, of: target, dimension: dimension, size: size)
        figures[index] = ContextFigures(
          truth: truth(context, index: index),
          methods: evaluation.methods.map { estimates($0, context.samples) },
          nearestNeighbours: try? NearestNeighbourEntropy(samples: context.samples))
      }
    }
    let found = figures.compactMap(\.self)
    func cell(_ method: String, _ functional: Functional, _ errors: [FunctionalError?]) -> FunctionalCell {
      FunctionalCell(
        target: target.name, dimension: dimension, size: size, method: method, functional: functional,
        errors: errors)
    }
    let cells = evaluation.methods.indices.flatMap { column in
      Functional.allCases.map { functional in
        cell(
          evaluation.methods[column].name, functional,
          found.map { figures in
            figures.methods[column].map { estimates in
              let (estimate, truth) = (estimates[functional]!, figures.truth[functional]!)
              return FunctionalError(
                error: estimate.value - truth, crossFittedError: estimate.crossFitted - truth,
                standardError: estimate.standardError)
            }
          })
      }
    }
    let neighbours = found.map { figures in
      figures.nearestNeighbours.map {
        FunctionalError(
          error: $0.value - figures.truth[.entropy]!, crossFittedError: nil, standardError: $0.standardError)
      }
    }
    return cells + [cell(FunctionalCell.nearestNeighbours, .entropy, neighbours)]
  }

  private func estimates(
    _ method: EvaluationMethod, _ samples: Matrix
  ) -> [Functional: InformationEstimate]? {
    let fit: DensityFit = { (samples, _) throws(ParzenError) in
      do {
        guard let density = try method.fit!(samples) as? any Distribution else {
          throw ParzenError.invalidOption("\(method.name) gives no density that can be drawn from")
        }
        return density
      } catch let error as ParzenError {
        throw error
      } catch {
        throw .invalidOption("\(method.name): \(error)")
      }
    }
    let options = AnalysisOptions(replicates: replicates, seed: evaluation.seed, threads: 1)
    return (try? SampleInformation(samples: samples, fit: fit, options: options)).map {
      [.entropy: $0.entropy, .fisher: $0.fisherTrace]
    }
  }

  /// The functionals of a context's target, by Monte Carlo.
  private func truth(_ context: EvaluationContext, index: Int) -> [Functional: Double] {
    var generator = Xoshiro256(seed: evaluation.seed, stream: index, -1)
    let draws = context.target.sample(count: Self.truthDraws, using: &generator)
    do {
      let values = try context.target.evaluate(at: draws)
      let count = Double(draws.rows)
      return [
        .entropy: -values.logDensity.reduce(0, +) / count,
        .fisher: values.score.elements.reduce(0) { $0 + $1 * $1 } / count,
      ]
    } catch {
      preconditionFailure("a distribution can be evaluated at its own draws: \(error)")
    }
  }
}
