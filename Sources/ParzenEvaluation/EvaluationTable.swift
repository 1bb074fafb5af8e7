import ParzenCore
import ParzenPlatform

/// Evaluation cells as text: per target and dimension one table, with a row per sample size and a column per
/// method.
package struct EvaluationTable: Sendable {
  /// Which figure a table shows.
  package enum Figure: String, Sendable, CaseIterable {
    /// Mean relative score error, in percent.
    case relativeScoreError = "relative score MSE, %"
    /// The same relative to the kernel density estimate.
    case ratioToKernelDensity = "relative score MSE over that of the Scott KDE"
    /// Mean squared error of the log density.
    case logDensityError = "log-density MSE"
    /// Kullback-Leibler divergence of the estimate from the truth.
    case divergence = "Kullback-Leibler divergence, nats"
    /// Mean squared error of the score.
    case scoreError = "score MSE"
    /// Share of the true log densities within two standard errors, in percent.
    case logDensityCoverage = "log densities within 2 standard errors, %"
    /// Share of the components of the true score within two standard errors, in percent.
    case scoreCoverage = "score components within 2 standard errors, %"
    /// Mean time from samples to estimates at the queries.
    case milliseconds = "time per data set, ms"

    func measurement(_ cell: EvaluationCell) -> Measurement? {
      switch self {
      case .relativeScoreError:
        cell.relativeScoreError?.scaled(by: 100)
      case .ratioToKernelDensity: cell.ratioToKernelDensity
      case .logDensityError: cell.logDensityError
      case .divergence: cell.divergence
      case .scoreError: cell.scoreError
      case .logDensityCoverage: cell.logDensityCoverage?.scaled(by: 100)
      case .scoreCoverage: cell.scoreCoverage?.scaled(by: 100)
      case .milliseconds: cell.seconds?.scaled(by: 1000)
      }
    }
  }

  /// The cells, in the order of the columns.
  package let cells: [EvaluationCell]

  /// A table of cells, which may belong to several targets, dimensions, sizes and methods.
  package init(_ cells: [EvaluationCell]) {
    self.cells = cells
  }

  /// The tables of a figure: `value +- standard error`, with a dash where there is none and `(k failed)`
  /// where contexts are missing.
  package func text(_ figure: Figure) -> String {
    let groups = cells.grouped { [$0.target, String($0.dimension)] }
    return groups.map { group in
      let methods = group.grouped { [$0.method] }.map { $0[0].method }
      let header = ["n"] + methods
      let rows = group.grouped { [String($0.size)] }.map { row in
        [String(row[0].size)]
          + methods.map { method in
            row.first { $0.method == method }.map { text(of: $0, figure) } ?? "-"
          }
      }
      let title = "\(group[0].target), d = \(group[0].dimension), \(figure.rawValue)"
      return ([title] + aligned([header] + rows)).joined(separator: "\n")
    }
    .joined(separator: "\n\n")
  }

  /// The geometric means of the Kullback-Leibler divergences over the targets, for each dimension a table
  /// with a row per sample size and a column per method; a dash where a method failed on a target altogether.
  package var geometricMeanText: String {
    cells.grouped { [String($0.dimension)] }.map { group in
      let targets = group.grouped { [$0.target] }.count
      let methods = group.grouped { [$0.method] }.map { $0[0].method }
      let rows = group.grouped { [String($0.size)] }.map { row in
        [String(row[0].size)]
          + methods.map { method in
            let found = row.filter { $0.method == method }.compactMap(\.divergence)
            return found.count == targets ? Measurement(geometricMeanOf: found).text : "-"
          }
      }
      let title = "d = \(group[0].dimension), geometric mean over \(targets) targets of the "
      return ([title + Figure.divergence.rawValue] + aligned([["n"] + methods] + rows)).joined(
        separator: "\n")
    }
    .joined(separator: "\n\n")
  }

  private func text(of cell: EvaluationCell, _ figure: Figure) -> String {
    (figure.measurement(cell)?.text ?? "-") + failureNote(cell.failures)
  }
}

/// Rows of text with their columns padded to equal widths, the last left as it is.
func aligned(_ rows: [[String]]) -> [String] {
  let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
  return rows.map { row in
    let line = zip(row, widths).map { $0 + String(repeating: " ", count: max(0, $1 - $0.count)) }
      .joined(separator: "  ")
    return String(line.reversed().drop { $0 == " " }.reversed().drop { $0 == " " })
  }
}

/// A table of figures, a row for each and a column per method: `value +- standard error`, with a dash where
/// there is none.
func figureTable(title: String, columns: [String], figures: [(name: String, values: [Measurement?])])
  -> String
{
  let rows = figures.map { name, values in [name] + values.map { $0?.text ?? "-" } }
  return ([title] + aligned([["figure"] + columns] + rows)).joined(separator: "\n")
}

/// ` (k failed)` where contexts are missing.
func failureNote(_ failures: Int) -> String { failures > 0 ? " (\(failures) failed)" : "" }

extension Measurement {
  /// Value and standard error, which a mean over one context has not.
  var text: String {
    guard value.isFinite else { return "\(value)" }
    return standardError.isNaN
      ? formatted("%.3g", value) : formatted("%.3g +- %.1g", value, standardError)
  }
}

extension Array {
  /// Elements with equal keys together, in the order of their first occurrence.
  func grouped(by key: (Element) -> [String]) -> [[Element]] {
    var places: [[String]: Int] = [:]
    var groups: [[Element]] = []
    for element in self {
      let place = places[key(element)] ?? groups.count
      if place == groups.count {
        places[key(element)] = place
        groups.append([])
      }
      groups[place].append(element)
    }
    return groups
  }
}
