import Parzen
import ParzenEvaluation
import ParzenPlots

/// A chart of the methods' errors against the number of samples, for one target and dimension.
struct ErrorChart {
  /// The name for its file.
  let name: String
  /// The SVG document.
  let svg: String

  /// The charts of all targets and dimensions among cells.
  static func charts(of cells: [EvaluationCell]) -> [ErrorChart] {
    let targets = cells.map { "\($0.target)-d\($0.dimension)" }
    return targets.indices.filter { targets.firstIndex(of: targets[$0]) == $0 }.map { first in
      ErrorChart(cells.filter { $0.target == cells[first].target && $0.dimension == cells[first].dimension })
    }
  }

  /// The chart of the cells of one target and dimension.
  ///
  /// It shows the relative score error in percent; where the true score is zero, the error itself. For
  /// `gmm-sharp` the published figures of the cross-attention transformer's paper are beside it.
  private init(_ cells: [EvaluationCell]) {
    let first = cells[0]
    let isRelative = cells.contains { $0.relativeScoreError != nil }
    var methods: [String] = []
    for cell in cells where !methods.contains(cell.method) { methods.append(cell.method) }
    var series = methods.map { method in
      LineChart.Series(
        name: method,
        values: cells.filter { $0.method == method }.compactMap { cell in
          guard let error = isRelative ? cell.relativeScoreError : cell.scoreError else { return nil }
          let scale = isRelative ? 100.0 : 1
          return LineChart.Value(
            x: Double(cell.size), y: scale * error.value, standardError: scale * error.standardError)
        })
    }
    if first.target == "gmm-sharp" {
      let published = PublishedTable.largeSamples.filter { $0.dimension == first.dimension }
      let points = published.map { LineChart.Value(x: Double(1 << $0.power), y: $0.model) }
      if !points.isEmpty {
        series.append(LineChart.Series(name: "arXiv 2511.05924", values: points))
      }
    }
    name = "\(first.target)-d\(first.dimension).svg"
    svg = LineChart(
      title: "Score error against the number of samples",
      subtitle:
        """
        \(first.target), d = \(first.dimension), \(counted(first.contexts, "target")), bars: one standard \
        error
        """,
      xName: "samples n", yName: isRelative ? "relative score MSE, %" : "score MSE", xKind: .logarithmic,
      yKind: .logarithmic, series: series
    ).svg()
  }
}
