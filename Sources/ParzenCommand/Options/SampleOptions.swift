import ArgumentParser
import Foundation
import Parzen
import ParzenFiles

/// Where the samples come from, and what is done about flaws in them.
struct SampleOptions: ParsableArguments {
  @Argument(
    help:
      """
      The samples: a text (CSV) or NumPy (.npy, .npz) file, also by gzip, one row per sample; - for standard \
      input.
      """,
    completion: .file())
  var samples: String?

  @Option(
    help: ArgumentHelp(
      """
      Take the density that `parzen fit --save` wrote to this file, in place of samples.
      """, valueName: "file"),
    completion: .file(extensions: ["json"]))
  var fit: String?

  @OptionGroup(title: "Reading") var reading: ReadingOptions

  @Option(
    help: ArgumentHelp(
      """
      The samples' weights: a column of theirs, and of other files of samples beside them, or a file with \
      one column for the samples alone. Whole numbers count equal samples, others are proportions.
      """, valueName: "column|file"))
  var sampleWeights: String?

  @Flag(
    help: """
      The samples are a Markov chain as GetDist and CosmoMC write it: weight, minus log posterior, \
      parameters, with their names in a .paramnames file beside it.
      """)
  var chain = false

  @Option(
    help: ArgumentHelp(
      "Use every n-th row; auto: as many rows apart as they are correlated.", valueName: "n|auto"),
    transform: Thinning.init(argument:))
  var thin: Thinning?

  @Flag(
    help: """
      Add a little noise to columns that never vary, or that other columns determine: 0.001 of their \
      standard deviation, or of their value where they are constant.
      """)
  var regularise = false

  func validate() throws {
    try checkSource()
  }

  /// How rows are thinned.
  enum Thinning: Equatable {
    case every(Int)
    case automatic

    init(argument: String) throws {
      if argument == "auto" {
        self = .automatic
      } else if let step = Int(argument), step >= 1 {
        self = .every(step)
      } else {
        throw ValidationError("give 1 or more, or auto")
      }
    }
  }
}

/// Samples as they were read, and as they are used.
struct Samples: Sendable {
  let path: String
  let table: Table
  /// The values, n x d, after repairs: they spread in all dimensions.
  var usable: Matrix
  /// The number of every row in the file.
  var rowNumbers: [Int]
  /// The samples' weights, if there are any.
  var weights: SampleWeights?
  /// Whether columns that never vary, or that others determine, have noise, in parts of the samples, too.
  var isRegularised = false
  /// The columns that are not used, as texts.
  var otherColumns: [(name: String, texts: [String])] = []

  /// Whether the weights make some of them count more than others, or all more than once.
  var isWeighted: Bool { weights.map { !$0.areOnes } ?? false }

  /// What messages call their columns and rows.
  var labels: SampleLabels {
    SampleLabels(columns: table.columnNames) { [rowNumbers] in "\(rowNumbers[$0])" }
  }

  /// An error of the library, by the names of the file, its columns and rows.
  func named(_ error: ParzenError) -> ParzenError {
    guard case .unusableSamples = error else { return error }
    return .file(path: path, reason: error.labelled(labels).description)
  }

  /// The texts of a column that is not used.
  ///
  /// - Parameter option: the option that names it.
  func texts(of column: String, for option: String) throws(ParzenError) -> [String] {
    guard let found = otherColumns.first(where: { $0.name.lowercased() == column.lowercased() }) else {
      throw .invalidOption("\(option) is \(column): name the column as the file's header does")
    }
    return found.texts
  }

  /// Some of them.
  func selecting(_ rows: [Int]) -> Samples {
    let some = usable.selectingRows(rows)
    return Samples(
      path: path,
      table: byConstruction {
        try Table(columnNames: table.columnNames, values: table.values.selectingRows(rows))
      },
      // What varies in all of them may not do so in some.
      usable: isRegularised ? SampleDiagnosis.regularised(some) : some,
      rowNumbers: rows.map { rowNumbers[$0] },
      weights: weights?.selecting(rows), isRegularised: isRegularised,
      otherColumns: otherColumns.map { column in
        (column.name, rows.map { column.texts[$0] })
      })
  }
}

extension SampleOptions {
  /// The files that are read.
  var inputs: [String?] { [samples, fit, fileOfWeights] }

  /// What messages and titles call the file.
  var name: String {
    let path = samples ?? fit ?? ""
    return path == "-" ? "standard input" : URL(filePath: path).lastPathComponent
  }

  /// Reads the samples and makes sure that they determine a density.
  ///
  /// - Parameters:
  ///   - report: takes lines about the samples.
  ///   - keepsOtherColumns: whether the texts of columns that are not used are kept.
  ///   - labels: a column that is no dimension, whose texts are kept.
  func read(
    _ report: inout Report, keepsOtherColumns: Bool = false, labels: String? = nil
  ) throws(ParzenError) -> Samples {
    guard let samples else {
      throw .invalidOption("this needs the samples themselves: name their file in place of --fit")
    }
    var options = reading.tableOptions
    options.keepsOtherColumns = keepsOtherColumns || labels != nil
    if let labels { options.droppedColumns.append(labels) }
    if chain { options.format = .chain }
    let weightFile = weightFile(&options)
    return try read(samples, as: "samples", options, weightFile: weightFile, &report)
  }

  /// Reads other samples, which must have the columns of the first, matched by their names where both files
  /// have names, and determine a density, too. They have weights where those of the first are a column.
  ///
  /// - Parameter name: what the report calls them.
  func readOthers(
    _ path: String, as name: String, like samples: Samples, _ report: inout Report
  ) throws(ParzenError) -> Samples {
    var options = reading.tableOptions
    options.matchingNames = samples.table.columnNames
    if chain { options.format = .chain }
    // A file of weights is about the first samples alone.
    _ = weightFile(&options)
    let others = try read(path, as: name, options, weightFile: nil, &report)
    try checkColumns(of: others.table, count: samples.usable.columns, name: name, path: path)
    return others
  }

  private func read(
    _ path: String, as name: String, _ options: TableOptions, weightFile: String?, _ report: inout Report
  ) throws(ParzenError) -> Samples {
    var file = try reading.read(path, options)
    let names = file.table.columnNames
    if let weightFile { file.sampleWeights = try weights(weightFile, of: file, path: path) }
    var rows = Array(0..<file.table.values.rows)
    if let weights = file.sampleWeights {
      // Those that are not finite are refused, or left out, where they are read.
      if let bad = weights.first(where: { $0 < 0 }) {
        throw .file(
          path: weightFile ?? path,
          reason: "the weight \(short(bad)) is negative: give weights of at least zero")
      }
      rows = rows.filter { weights[$0] > 0 }
    }
    let correlation = RowCorrelation(file.table.values.selectingRows(rows))
    let step = step(correlation)
    rows = stride(from: 0, to: rows.count, by: step).map { rows[$0] }
    let table = try Table(
      columnNames: names, values: file.table.values.selectingRows(rows), droppedRows: file.table.droppedRows)
    let values = table.values
    report.add(
      name,
      "\(values.rows) x \(values.columns) (\(shortList(names))) from \(path)\(droppedNote(table.droppedRows))"
    )
    for note in file.notes { report.add("", note) }
    if step > 1 { report.add("", "every \(step)th row used, of \(file.table.values.rows)") }
    if step == 1, let warning = correlation.warning { report.add("", warning) }
    let weights = file.sampleWeights.map { all in rows.map { all[$0] } }
    try checkSize(values, path: path)
    var samples = Samples(
      path: path, table: table, usable: values, rowNumbers: rows.map { file.rowNumbers[$0] },
      isRegularised: regularise,
      otherColumns: file.otherColumns.map { column in (column.name, rows.map { column.texts[$0] }) })
    do throws(ParzenError) {
      samples.usable = try usable(values, samples.labels, &report)
    } catch {
      throw samples.named(error)
    }
    samples.weights = weights.map { interpreted($0, &report) }
    return samples
  }

  /// The samples after repairs, if these are wanted; otherwise they must be in order.
  private func usable(
    _ values: Matrix, _ labels: SampleLabels, _ report: inout Report
  ) throws(ParzenError) -> Matrix {
    try SampleDiagnosis.checkValues(values)
    try SampleDiagnosis.checkOffsets(values)
    guard regularise else {
      try SampleDiagnosis.checkBetweenGaps(
        values,
        remedy: "use --regularise, which adds noise of \(SampleDiagnosis.relativeNoise) of their scale")
      return values
    }
    guard values.rows > 0 else { return values }
    let noise = SampleDiagnosis(values).noise(beside: values[row: 0])
    for sentence in noise.sentences { report.add("", sentence.described(by: labels)) }
    return values.adding(noise)
  }

  /// Throws unless there are enough samples for their dimension.
  private func checkSize(_ values: Matrix, path: String) throws(ParzenError) {
    let (rows, columns) = (values.rows, values.columns)
    guard rows < columns + 2 else { return }
    throw .file(
      path: path,
      reason: columns > rows
        ? """
        \(counted(rows, "row")) and \(columns) columns: rows must be samples, and columns dimensions; is the \
        table transposed?
        """
        : """
        \(counted(rows, "sample")) in \(counted(columns, "dimension")) are too few: give at least \
        \(columns + 2)
        """)
  }
}
