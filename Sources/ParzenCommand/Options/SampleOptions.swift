import ArgumentParser
import Foundation
import Parzen
import ParzenFiles

/// Where the samples come from, and what is done about flaws in them.
struct SampleOptions: ParsableArguments {
  @Argument(help: "The samples: a CSV or .npy file, one row per sample.", completion: .file())
  var samples: String

  @Flag(help: "Leave out rows with a missing, not-a-number or infinite value.")
  var dropMissing = false

  @Flag(
    help: """
      Add a little noise to columns that never vary, or that other columns determine: 0.001 of their standard \
      deviation, or of their value where they are constant.
      """)
  var regularise = false
}

/// Samples as they were read, and as they are used.
struct Samples {
  let table: Table
  /// The values, n x d, after repairs: they spread in all dimensions.
  let usable: Matrix
}

extension SampleOptions {
  /// Reads the samples and makes sure that they determine a density.
  ///
  /// - Parameter report: takes lines about the samples.
  func read(_ report: inout Report) throws(ParzenError) -> Samples {
    try read(samples, as: "samples", &report)
  }

  /// Reads other samples, which must have the columns of the first, in the same order where both files name
  /// them, and determine a density, too.
  ///
  /// - Parameter name: what the report calls them.
  func readOthers(
    _ path: String, as name: String, like samples: Samples, _ report: inout Report
  ) throws(ParzenError) -> Matrix {
    let others = try read(path, as: name, &report)
    try checkColumns(of: others.table, fit: samples.table, name: name, path: path)
    return others.usable
  }

  private func read(
    _ path: String, as name: String, _ report: inout Report
  ) throws(ParzenError) -> Samples {
    let table = try Table(contentsOf: URL(filePath: path), dropMissing: dropMissing)
    let (values, names) = (table.values, table.columnNames)
    report.add(
      name, "\(values.rows) x \(values.columns) (\(shortList(names))) from \(path)\(droppedNote(table))")
    try checkSize(values, path: path)
    let diagnosis = SampleDiagnosis(values)
    guard regularise else {
      do {
        try diagnosis.check(
          values, columnNames: names,
          remedy: "use --regularise, which adds noise of \(SampleDiagnosis.relativeNoise) of their scale")
      } catch {
        throw .file(path: path, reason: error.description)
      }
      return Samples(table: table, usable: values)
    }
    for (name, deviation) in zip(names, diagnosis.noise(for: values)) where deviation > 0 {
      report.add("", "noise of standard deviation \(short(deviation)) added to \(name)")
    }
    return Samples(table: table, usable: diagnosis.regularised(values))
  }

  /// Throws unless there are enough samples for their dimension.
  private func checkSize(_ values: Matrix, path: String) throws(ParzenError) {
    let (rows, columns) = (values.rows, values.columns)
    guard rows < columns + 2 else { return }
    throw .file(
      path: path,
      reason: columns > rows
        ? """
        \(counted(rows, "row")) and \(columns) columns: rows must be samples, and columns dimensions; is the table \
        transposed?
        """
        : """
        \(counted(rows, "sample")) in \(counted(columns, "dimension")) are too few: give at least \(columns + 2)
        """)
  }
}

/// What a report says about rows that were left out: nothing, if there are none.
func droppedNote(_ table: Table) -> String {
  table.droppedRows == 0 ? "" : " (\(counted(table.droppedRows, "row")) with missing values left out)"
}
