import Foundation
import Parzen
import ParzenFiles
import ParzenPlots

/// The moments of another run, to be drawn beside this one's.
struct ComparedRun {
  /// How the legend names it: its folder.
  let name: String
  private let table: Table

  /// Reads a moments.csv.
  init(path: String) throws(ParzenError) {
    table = try Table(contentsOf: URL(filePath: path))
    guard table.columnNames.first == "time", table.columnNames.contains("entropy") else {
      throw .file(
        path: path, reason: "is no table of moments: give the moments.csv of another `parzen evolve`")
    }
    name = URL(fileURLWithPath: path).deletingLastPathComponent().lastPathComponent
  }

  /// A column against time; empty if there is none of that name.
  func values(_ column: String) -> [LineChart.Value] {
    guard let index = table.columnNames.firstIndex(of: column) else { return [] }
    return (0..<table.values.rows).map {
      LineChart.Value(x: table.values[$0, 0], y: table.values[$0, index])
    }
  }
}

/// A picture and the name for its file.
struct NamedPicture {
  let name: String
  let svg: () -> String
}

extension EvolveOutput {
  /// The pictures of the run.
  var charts: [NamedPicture] {
    var charts = [
      NamedPicture(name: "covariance.svg") { covarianceChart.svg() },
      NamedPicture(name: "energy.svg") { energyChart.svg() },
      NamedPicture(name: "entropy.svg") { entropyChart.svg() },
    ]
    if exact?.allSatisfy({ $0.scaledFourthMoment != nil }) ?? false {
      charts.append(NamedPicture(name: "fourth-moment.svg") { fourthMomentChart.svg() })
    }
    if dimension == 2 {
      charts.append(
        NamedPicture(name: "paths.svg") {
          PathPlot(
            title: title,
            subtitle:
              """
              \(evolution.trackedParticles.count) of \(evolution.positions.rows) particles, from the rings to
              """
                + " the dots at time \(short(evolution.time))",
            columnNames: columnNames, places: evolution.paths
          ).svg()
        })
    }
    return charts
  }

  private func line(_ value: (ParticleRecord) -> Double) -> [LineChart.Value] {
    evolution.records.map { LineChart.Value(x: $0.time, y: value($0)) }
  }

  private func exactLine(_ value: (ExactStatistics) -> Double?) -> [LineChart.Value] {
    zip(evolution.records, exact ?? []).compactMap { record, exact in
      value(exact).map { LineChart.Value(x: record.time, y: $0) }
    }
  }

  /// A level, from the first to the last time.
  private func level(_ value: Double) -> [LineChart.Value] {
    [evolution.records[0].time, evolution.time].map { LineChart.Value(x: $0, y: value) }
  }

  private func chart(_ name: String, series: [LineChart.Series], dashed: String?) -> LineChart {
    let legend =
      ["solid: \(evolution.positions.rows) particles, \(method)"]
      + (dashed.map { ["dashed: \($0)"] } ?? []) + (other.map { ["dotted: \($0.name)"] } ?? [])
    return LineChart(
      title: title, subtitle: legend.joined(separator: " · "), xName: "time", yName: name, series: series)
  }

  private var covarianceChart: LineChart {
    let limit = evolution.equation.equilibrium(from: evolution.records[0].moments)
    let series = covarianceEntries.enumerated().flatMap { color, entry in
      let (i, j) = entry
      let reference =
        exact != nil ? exactLine { $0.covariance[i, j] } : limit.map { level($0.covariance[i, j]) } ?? []
      let name = i == j ? "var \(columnNames[i])" : "cov \(columnNames[j]), \(columnNames[i])"
      return [
        LineChart.Series(name: name, values: line { $0.moments.covariance[i, j] }, color: color),
        LineChart.Series(name: "", values: reference, style: .dashed, color: color),
        LineChart.Series(
          name: "", values: other?.values(covarianceName(entry)) ?? [], style: .dotted, color: color),
      ]
    }
    return chart(
      "covariance", series: series, dashed: exact != nil ? "exact" : limit == nil ? nil : "equilibrium")
  }

  /// Energy, or where the equation keeps it its relative change.
  private var energyChart: LineChart {
    let start = evolution.records[0].energy
    let keeps = evolution.equation.conservesMomentumAndEnergy
    func shown(_ energy: Double) -> Double { keeps ? energy / start - 1 : energy }
    let series = [
      LineChart.Series(name: "particles", values: line { shown($0.energy) }, color: 0),
      LineChart.Series(
        name: keeps || exact != nil ? "exact" : "", values: keeps ? level(0) : exactLine(\.energy),
        style: .dashed,
        color: 1),
      LineChart.Series(
        name: "",
        values: (other?.values("energy") ?? []).map { LineChart.Value(x: $0.x, y: shown($0.y)) },
        style: .dotted, color: 0),
    ]
    return chart(keeps ? "relative change of the energy" : "energy", series: series, dashed: nil)
  }

  private var entropyChart: LineChart {
    let exactValues = exactLine(\.entropy)
    let limit = evolution.equation.equilibrium(from: evolution.records[0].moments)
    let series = [
      LineChart.Series(name: "particles", values: line(\.entropy), color: 0),
      LineChart.Series(
        name: exactValues.isEmpty ? "" : "exact", values: exactValues, style: .dashed, color: 1),
      LineChart.Series(name: "", values: other?.values("entropy") ?? [], style: .dotted, color: 0),
      LineChart.Series(
        name: limit == nil ? "" : "equilibrium", values: limit.map { level($0.entropy) } ?? [],
        style: .dashed,
        color: 2),
    ]
    return chart("entropy", series: series, dashed: nil)
  }

  private var fourthMomentChart: LineChart {
    chart(
      "mean of |x − mean|⁴ / (mean variance)²",
      series: [
        LineChart.Series(name: "particles", values: line(\.moments.scaledFourthMoment), color: 0),
        LineChart.Series(name: "exact", values: exactLine(\.scaledFourthMoment), style: .dashed, color: 1),
        LineChart.Series(name: "", values: other?.values("fourth_moment") ?? [], style: .dotted, color: 0),
      ], dashed: nil)
  }
}
