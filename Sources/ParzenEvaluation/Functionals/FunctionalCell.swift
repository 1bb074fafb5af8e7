/// The error of one estimate of a functional.
struct FunctionalError: Sendable {
  /// Estimate less truth.
  var error: Double
  /// The same for the cross-fitted mean, which is not corrected for bias.
  var crossFittedError: Double?
  /// The estimate's standard error.
  var standardError: Double
}

/// How one method estimated a functional on one target family at one dimension and sample size.
package struct FunctionalCell: MeasuredCell, Equatable, Codable {
  /// The family's name.
  package var target: String
  /// The dimension d.
  package var dimension: Int
  /// The number n of samples.
  package var size: Int
  /// The method's name.
  package var method: String
  /// The functional.
  package var functional: Functional
  /// The number of contexts behind the figures.
  package var contexts: Int
  /// The number of contexts on which the method failed; they count in no figure.
  package var failures: Int
  /// Root mean squared error.
  package var error: Measurement?
  /// Root mean squared error of the cross-fitted mean, without the correction for bias.
  package var crossFittedError: Measurement?
  /// Mean error.
  package var bias: Measurement?
  /// The part of contexts in which the truth lies within two standard errors of the estimate.
  package var coverage: Measurement?

  /// The name of the method without a density estimate.
  package static let nearestNeighbours = "kozachenko-leonenko"

  init(
    target: String, dimension: Int, size: Int, method: String, functional: Functional,
    errors: [FunctionalError?]
  ) {
    self.target = target
    self.dimension = dimension
    self.size = size
    self.method = method
    self.functional = functional
    let found = errors.compactMap(\.self)
    contexts = found.count
    failures = errors.count - found.count
    guard !found.isEmpty else { return }
    error = Measurement(rootMeanSquareOf: found.map(\.error))
    let crossFitted = found.compactMap(\.crossFittedError)
    if !crossFitted.isEmpty { crossFittedError = Measurement(rootMeanSquareOf: crossFitted) }
    bias = Measurement(meanOf: found.map(\.error))
    coverage = Measurement(meanOf: found.map { abs($0.error) <= 2 * $0.standardError ? 1 : 0 })
  }
}

extension FunctionalCell {
  /// Cells as text: per target, dimension, size and functional one table, with a row per figure and a column
  /// per method.
  package static func text(_ cells: [FunctionalCell]) -> String {
    cells.grouped { [$0.target, String($0.dimension), String($0.size), $0.functional.rawValue] }.map {
      group in
      let first = group[0]
      return figureTable(
        title: "\(first.target), d = \(first.dimension), n = \(first.size), \(first.functional.title)",
        columns: group.map { $0.method + failureNote($0.failures) },
        figures: [
          ("root mean squared error", group.map(\.error)),
          ("the same, cross-fitted without correction", group.map(\.crossFittedError)),
          ("mean error", group.map(\.bias)),
          ("truth within 2 standard errors, %", group.map { $0.coverage?.scaled(by: 100) }),
        ])
    }
    .joined(separator: "\n\n")
  }
}

extension Functional {
  fileprivate var title: String {
    switch self {
    case .entropy: "differential entropy in nats"
    case .fisher: "trace of the Fisher information"
    }
  }
}
