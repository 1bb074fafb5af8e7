import Foundation
import Parzen
import ParzenFiles
import ParzenPlots

/// What `parzen evolve` leaves in its folder: tables, pictures, and the lines of its report.
struct EvolveOutput {
  let evolution: ParticleEvolution
  let columnNames: [String]
  /// The equation in words, and the method.
  let title: String
  let method: String
  /// The exact solution at the times of the records; nil where it is not known.
  let exact: [ExactStatistics]?
  let other: ComparedRun?

  /// - Parameter start: the density that the particles were drawn from, where it is known.
  init(
    evolution: ParticleEvolution, start: (any Distribution)?, columnNames: [String], title: String,
    method: String, other: ComparedRun?
  ) {
    self.evolution = evolution
    self.columnNames = columnNames
    self.title = title
    self.method = method
    self.other = other
    exact = evolution.exactStatistics(start: start)
  }

  /// The number d of dimensions.
  var dimension: Int { columnNames.count }

  /// The entries of the covariance that are shown, row >= column: all up to d = 3, beyond the variances.
  var covarianceEntries: [(row: Int, column: Int)] {
    (0..<dimension).flatMap { row in
      (dimension <= 3 ? 0...row : row...row).map { (row, $0) }
    }
  }

  /// What is written, checkpoints aside.
  var fileNames: [String] { Self.tableNames + charts.map(\.name) }
  static let tableNames = ["moments.csv", "particles.csv", "paths.csv"]

  /// Makes a folder.
  ///
  /// - Throws: `ParzenError.file` if that is not possible, or nothing can be written to it.
  static func prepare(_ folder: URL) throws(ParzenError) {
    try Folder.create(folder.relativePath)
    try AtomicFile.check(path: folder.appendingPathComponent("moments.csv").relativePath)
  }

  /// Writes all tables and pictures.
  func write(to folder: URL) throws(ParzenError) {
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    let moments = momentsTable
    try write(moments.names, moments.rows, to: path("moments.csv"))
    let positions = evolution.positions
    try write(columnNames, (0..<positions.rows).map { Array(positions[row: $0]) }, to: path("particles.csv"))
    let paths = zip(evolution.records, evolution.paths).flatMap { record, places in
      zip(evolution.trackedParticles, 0..<places.rows).map { particle, row in
        [record.time, Double(particle + 1)] + places[row: row]
      }
    }
    try write(["time", "particle"] + columnNames, paths, to: path("paths.csv"))
    for chart in charts { try AtomicFile.write(Array(chart.svg().utf8), path: path(chart.name)) }
  }

  private func write(_ names: [String], _ rows: [[Double]], to path: String) throws(ParzenError) {
    var writer = try TableWriter(path: path, columnNames: names, rows: rows.count)
    for row in rows { try writer.append(row) }
    try writer.finish()
  }

  /// The name of a covariance's entry.
  func covarianceName(_ entry: (row: Int, column: Int)) -> String {
    "cov_\(columnNames[entry.column])_\(columnNames[entry.row])"
  }

  /// The records as a table, with the exact values where they are known.
  private var momentsTable: (names: [String], rows: [[Double]]) {
    let entries = (0..<dimension).flatMap { row in (0...row).map { (row: row, column: $0) } }
    var names =
      ["time"] + columnNames.map { "mean_\($0)" } + entries.map(covarianceName)
      + ["fourth_moment", "energy", "entropy", "entropy_rate"]
    var rows = evolution.records.map { record in
      [record.time] + record.moments.mean
        + entries.map { record.moments.covariance[$0.row, $0.column] }
        + [record.moments.scaledFourthMoment, record.energy, record.entropy, record.entropyRate]
    }
    guard let exact else { return (names, rows) }
    names += columnNames.map { "exact_mean_\($0)" } + entries.map { "exact_" + covarianceName($0) }
    for (index, values) in exact.enumerated() {
      rows[index] += values.mean + entries.map { values.covariance[$0.row, $0.column] }
    }
    let further: [(name: String, value: (ExactStatistics) -> Double?)] = [
      ("exact_fourth_moment", \.scaledFourthMoment), ("exact_energy", \.energy), ("exact_entropy", \.entropy),
    ]
    for (name, value) in further where exact.allSatisfy({ value($0) != nil }) {
      names.append(name)
      for (index, values) in exact.enumerated() { rows[index].append(value(values) ?? .nan) }
    }
    return (names, rows)
  }
}

extension EvolveOutput {
  /// Adds what the run showed to a report.
  func summarise(_ report: inout Report) {
    let (first, last) = (evolution.records[0], evolution.records[evolution.stepCount])
    report.add(
      "steps", "\(evolution.stepCount) of \(short(evolution.timeStep)), to time \(short(evolution.time))")
    if evolution.equation.conservesMomentumAndEnergy {
      report.add("momentum", String(format: "drift %.1e of the particles' spread", evolution.momentumDrift))
      report.add("energy", String(format: "%.6g, drift %.1e", last.energy, evolution.energyDrift))
    } else {
      report.add("energy", String(format: "from %.6g to %.6g", first.energy, last.energy))
    }
    let fall =
      evolution.equation.conservesMomentumAndEnergy
      ? String(format: ", largest fall %.1e", evolution.largestEntropyFall) : ""
    report.add(
      "entropy",
      String(format: "from %.4f to %.4f", first.entropy, last.entropy) + fall
        + " (minus the mean log density at the particles)")
    if let deviation = evolution.covarianceDeviation {
      report.add("covariance", String(format: "at most %.2f %% from the exact one", 100 * deviation))
    }
  }

  /// A warning, if energy that the equation keeps has drifted by more than 1e-5.
  var energyWarning: String? {
    let drift = evolution.energyDrift
    guard evolution.equation.conservesMomentumAndEnergy, drift > 1e-5 else { return nil }
    return String(
      format:
        """
        the energy drifted by %.1e with %@ and a step of %.4g: use the integrator midpoint, or a smaller step
        """,
      drift, evolution.integrator.rawValue, evolution.timeStep)
  }
}
