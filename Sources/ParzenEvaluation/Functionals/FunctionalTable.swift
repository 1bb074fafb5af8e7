extension FunctionalCell {
  /// Cells as text: per target, dimension, size and functional one table, with a row per figure and a column
  /// per method.
  public static func text(_ cells: [FunctionalCell]) -> String {
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
