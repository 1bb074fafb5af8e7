import ParzenAnalysis
import ParzenCore
import ParzenDistributions
import ParzenEstimators
import ParzenKernels
import ParzenPlatform

/// Measures how well methods find the modes of mixtures of Gaussians: the reference are the modes of the
/// true density, found in the same way, from the same samples.
package struct ModeEvaluation: Sendable {
  /// Targets, dimensions, sizes, methods, contexts and seed. Its `threads` are contexts that run at the
  /// same time.
  package var evaluation: Evaluation
  /// Modes with a smaller share of the samples are left out.
  package var smallestShare: Double

  package init(_ evaluation: Evaluation, smallestShare: Double = ModeClustering.defaultSmallestShare) {
    self.evaluation = evaluation
    self.smallestShare = smallestShare
  }

  /// Measures everything, cell after cell; contexts whose target is no mixture of Gaussians, and methods
  /// whose estimate is none, count as failures.
  ///
  /// - Parameter report: called after each cell with what was measured there, one entry per method.
  package func run(report: ([ModeCell]) -> Void = { _ in }) -> [ModeCell] {
    evaluation.cells(measure, report: report)
  }

  /// What a method found on one context.
  struct Outcome: Sendable {
    /// The numbers of modes.
    var found: Int
    var expected: Int
    /// The part of the samples that lie in the basin of the found mode nearest to their true one.
    var agreement: Double
  }

  private func measure(_ target: TargetFamily, _ dimension: Int, _ size: Int) -> [ModeCell] {
    var outcomes = [[Outcome?]](repeating: [], count: evaluation.contexts)
    outcomes.withUnsafeMutableBufferPointer { outcomes in
      nonisolated(unsafe) let outcomes = outcomes
      concurrentLoop(evaluation.contexts, threads: evaluation.threads) { index in
        let context = evaluation.source.context(index, of: target, dimension: dimension, size: size)
        let reference = clustering(context.target, context.samples, significance: nil)
        outcomes[index] = evaluation.methods.map { method in
          guard let reference, let estimate = try? method.estimate(context),
            let found = clustering(
              estimate, context.samples, significance: ModeClustering.defaultSignificance)
          else { return nil }
          return Outcome(
            found: found.modes.count, expected: reference.modes.count,
            agreement: agreement(found, reference))
        }
      }
    }
    return evaluation.methods.indices.map { index in
      ModeCell(
        target: target.name, dimension: dimension, size: size, method: evaluation.methods[index].name,
        outcomes: outcomes.map { $0[index] })
    }
  }

  /// - Parameter significance: of modes; nil for all of a true density.
  private func clustering(_ estimate: any Score, _ samples: Matrix, significance: Double?) -> ModeClustering?
  {
    guard let density = mixture(of: estimate, samples) else { return nil }
    return try? ModeClustering(
      samples: samples, density: density, smallestShare: smallestShare, significance: significance)
  }

  /// The mixture whose modes are sought: of an estimate in transformed columns the one in the columns as they
  /// are, as `parzen modes` has it.
  private func mixture(of estimate: any Score, _ samples: Matrix) -> (any GaussianMixtureDensity)? {
    guard let transformer = estimate as? MixtureTransformer else {
      return estimate as? any GaussianMixtureDensity
    }
    if let mixture = transformer.mixture { return mixture }
    return try? MixtureTransformer(
      samples: samples, network: transformer.network, policy: .untransformed, threads: 1
    ).mixture
  }

  /// The part of the samples whose true mode's nearest found mode is the one that they were given.
  private func agreement(_ found: ModeClustering, _ reference: ModeClustering) -> Double {
    let nearest = reference.modes.map { mode in
      found.modes.indices.min { distance(found.modes[$0], mode) < distance(found.modes[$1], mode) }!
    }
    let agreeing = zip(found.labels, reference.labels).count { $0 == nearest[$1] }
    return Double(agreeing) / Double(found.labels.count)
  }

  private func distance(_ first: Mode, _ second: Mode) -> Double {
    zip(first.place, second.place).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
}

/// How well one method found the modes on one target family at one dimension and sample size.
package struct ModeCell: MeasuredCell, Equatable, Codable {
  /// The family's name.
  package var target: String
  /// The dimension d.
  package var dimension: Int
  /// The number n of samples.
  package var size: Int
  /// The method's name.
  package var method: String
  /// The number of contexts behind the figures.
  package var contexts: Int
  /// The number of contexts on which the method failed; they count in no figure.
  package var failures: Int
  /// The part of contexts in which the number of modes is that of the true density.
  package var rightNumber: Measurement?
  /// The mean number of modes found, and that of the true density.
  package var found: Measurement?
  package var expected: Measurement?
  /// The mean part of samples that are given to the right mode.
  package var agreement: Measurement?

  init(target: String, dimension: Int, size: Int, method: String, outcomes: [ModeEvaluation.Outcome?]) {
    self.target = target
    self.dimension = dimension
    self.size = size
    self.method = method
    let valid = outcomes.compactMap(\.self)
    contexts = valid.count
    failures = outcomes.count - valid.count
    guard !valid.isEmpty else { return }
    rightNumber = Measurement(meanOf: valid.map { $0.found == $0.expected ? 1 : 0 })
    found = Measurement(meanOf: valid.map { Double($0.found) })
    expected = Measurement(meanOf: valid.map { Double($0.expected) })
    agreement = Measurement(meanOf: valid.map(\.agreement))
  }
}

extension ModeCell {
  /// Cells as text: per target, dimension and size one table, with a row per figure and a column per method.
  package static func text(_ cells: [ModeCell]) -> String {
    cells.grouped { [$0.target, String($0.dimension), String($0.size)] }.map { group in
      figureTable(
        title: "\(group[0].target), d = \(group[0].dimension), n = \(group[0].size), modes",
        columns: group.map { $0.method + failureNote($0.failures) },
        figures: [
          ("right number of modes, %", group.map { $0.rightNumber?.scaled(by: 100) }),
          ("modes found", group.map(\.found)), ("modes of the true density", group.map(\.expected)),
          ("samples given to the right mode, %", group.map { $0.agreement?.scaled(by: 100) }),
        ])
    }
    .joined(separator: "\n\n")
  }
}
