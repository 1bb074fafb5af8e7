import Foundation

/// Functional cells as text: per target, dimension, size and functional one table, with a row per figure and a column per
/// method.
public struct FunctionalTable: Sendable {
  /// The cells, in the order of the columns.
  public let cells: [FunctionalCell]

  /// A table of cells, which may belong to several targets, dimensions, sizes, functionals and methods.
  public init(_ cells: [FunctionalCell]) {
    self.cells = cells
  }

  /// The tables: `value +- standard error`, with a dash where there is none.
  public var text: String {
    cells.grouped { [$0.target, String($0.dimension), String($0.size), $0.functional.rawValue] }.map {
      group in
      let first = group[0]
      let figures: [(String, (FunctionalCell) -> Measurement?)] = [
        ("root mean squared error", \.error),
        ("the same, cross-fitted without correction", \.crossFittedError),
        ("mean error", \.bias),
        ("truth within 2 standard errors, %", { $0.coverage?.scaled(by: 100) }),
      ]
      let header = ["figure"] + group.map { $0.method + ($0.failures > 0 ? " (\($0.failures) failed)" : "") }
      let rows = figures.map { name, figure in
        [name]
          + group.map { cell in
            figure(cell).map { String(format: "%.3g +- %.1g", $0.value, $0.standardError) } ?? "-"
          }
      }
      let title =
        "\(first.target), d = \(first.dimension), n = \(first.size), \(first.functional.title)"
      return ([title] + aligned([header] + rows)).joined(separator: "\n")
    }
    .joined(separator: "\n\n")
  }
}

extension Functional {
  var title: String {
    switch self {
    case .entropy: "differential entropy in nats"
    case .fisher: "trace of the Fisher information"
    }
  }
}
