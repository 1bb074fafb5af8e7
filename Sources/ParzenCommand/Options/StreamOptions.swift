import ArgumentParser
import Foundation
import Parzen
import ParzenFiles

/// Samples that stay on the disk: in several files, or in more than memory has room for.
struct StreamOptions: ParsableArguments {
  @Argument(
    help: """
      Further files of samples with the same columns, matched by their names; a file's name may have \
      wildcards, as 'part-*.npy'.
      """,
    completion: .file())
  var furtherSamples: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      Leave the samples on the disk, read them in every pass, and use at most so much memory, as 512M or 2G. \
      The result does not depend on it.
      """, valueName: "size"),
    transform: MemorySize.bytes(argument:))
  var memory: Int?

  /// What `--memory` may be given as.
  enum MemorySize {
    static func bytes(argument: String) throws -> Int {
      let units: [Character: Int] = ["K": 10, "M": 20, "G": 30, "T": 40]
      let unit = argument.last.flatMap { units[Character($0.uppercased())] }
      let number = unit == nil ? argument[...] : argument.dropLast()
      guard let value = Double(number), value > 0, value * Double(1 << (unit ?? 0)) < 0x1p62 else {
        throw ValidationError("give bytes, or a number with K, M, G or T, as 512M")
      }
      return Int(value * Double(1 << (unit ?? 0)))
    }
  }
}

extension StreamOptions {
  /// The files of samples: those that names with wildcards stand for, too.
  func files(_ samples: String?) -> [String] {
    ([samples].compactMap(\.self) + furtherSamples).flatMap { FilePattern.files($0) }
  }

  /// Whether samples are to be left on the disk.
  func isWanted(_ samples: String?) -> Bool {
    memory != nil || Processes.ranks != nil || files(samples).count > 1
  }
}

extension SampleOptions {
  /// Throws for options that samples on the disk do not have.
  private func checkStreamed(_ method: MethodOptions) throws(ParzenError) {
    if thin == .automatic {
      throw .invalidOption(
        "--thin auto looks at rows that are up to 5,000 apart, which takes them in memory: let it find its"
          + " number in a part of the samples that fits there, and give that one")
    }
    let refused = [("--chain", chain), ("--fit", fit != nil)].first { $0.1 }
    if let refused {
      throw .invalidOption(
        "\(refused.0) needs the samples in memory: leave out --memory, and name one file of samples")
    }
    guard method.method.name == Estimator.mixtureTransformer.name else {
      throw .invalidOption(
        "the method \(method.method.name) needs the samples in memory: leave out --memory, or take --method"
          + " mixture")
    }
  }

  /// Opens files of samples. What is text becomes a temporary `.npy` file first; where values decide which
  /// rows are samples, or rows have weights, all are read once.
  func stream(
    _ options: StreamOptions, _ method: MethodOptions, _ report: inout Report
  ) throws(ParzenError) -> SampleSource {
    try checkStreamed(method)
    let files = options.files(samples)
    var tableOptions = reading.tableOptions
    let weightFile = weightFile(&tableOptions)
    let source = try reading.stream(
      files, tableOptions, weightFile: weightFile, step: step, threads: method.threadOptions.count, &report)
    report.add(
      "samples",
      "\(source.rows) x \(source.dimension) (\(shortList(source.columnNames))) from "
        + shortList(files, limit: 4)
        + droppedNote(source.incompleteRows))
    report.add("", "read from the disk in every pass\(Processes.note)")
    if step > 1 { report.add("", "every \(step)th row used") }
    switch source.weights {
    case nil: break
    case .counts: report.add("weights", "whole numbers, which count equal samples")
    case .proportions: report.add("weights", "proportions")
    }
    if source.passedRows > 0 {
      report.add("", "\(counted(source.passedRows, "row")) of weight zero left out")
    }
    return source
  }

  private var step: Int { if case .every(let step) = thin { step } else { 1 } }
}

extension ReadingOptions {
  /// Opens files of samples. What is text becomes a temporary `.npy` file first.
  ///
  /// - Parameters:
  ///   - weightFile: a file with the weights of all rows.
  ///   - step: every so many-th row is a sample.
  func stream(
    _ files: [String], _ options: TableOptions, weightFile: String? = nil, step: Int = 1, threads: Int,
    _ report: inout Report
  ) throws(ParzenError) -> SampleSource {
    var opened: [NumPyRows] = []
    var texts: [String] = []
    for path in files {
      let (file, isText) = try open(path, options, &report)
      opened.append(file)
      if isText { texts.append(path) }
    }
    // The file whose columns the others are put in the order of.
    guard let first = opened.first(where: { $0.names != nil }) ?? opened.first else {
      throw .invalidOption("there are no files of samples: name at least one")
    }
    var selection = RowSelection()
    selection.dropsMissing = dropMissing
    selection.missing = NumPyRows.missingNumbers(options)
    selection.step = step
    selection.weightFile = try weightFile.map { (path) throws(ParzenError) in
      try open(path, TableOptions(), &report).file
    }
    var columns: [Int]?
    if texts.isEmpty {
      columns = try first.columns(chosenBy: options)
      selection.weightColumn = try first.weightColumn(chosenBy: options)
    } else {
      // Of a text, the chosen columns are what was converted, and the weights the last of them.
      let isChosen = options.columns != nil || !options.droppedColumns.isEmpty || options.weightColumn != nil
      guard texts.count == files.count || !isChosen else {
        throw .file(path: texts[0], reason: "is text beside .npy files: choose columns of one kind of file")
      }
      if options.weightColumn != nil { selection.weightColumn = first.columns - 1 }
      if options.matchingNames != nil {
        var matching = TableOptions()
        matching.matchingNames = options.matchingNames
        columns = try first.columns(chosenBy: matching)
      }
    }
    Progress.begin("looking for the rows to use")
    defer { Progress.end() }
    return try SampleSource(
      files: opened, columns: columns, selection: selection, ranks: Processes.ranks, threads: threads)
  }

  /// Opens a file whose rows can be read in parts.
  private func open(
    _ path: String, _ options: TableOptions, _ report: inout Report
  ) throws(ParzenError) -> (file: NumPyRows, isText: Bool) {
    guard try !NumPyRows.isOne(path) else { return (try NumPyRows(contentsOf: URL(filePath: path)), false) }
    guard Processes.ranks == nil else {
      throw .file(
        path: path, reason: "is text, of which several processes cannot read a part each: give .npy files")
    }
    return (try convert(path, options, &report), true)
  }

  private func convert(
    _ path: String, _ options: TableOptions, _ report: inout Report
  ) throws(ParzenError) -> NumPyRows {
    let size = try NumPyRows.sizeOfText(path)
    Console.note(
      "\(path) is text: it is written to a temporary .npy file in "
        + "\(NumPyRows.temporaryFolder) first, of about"
        + " \(short(Double(size) / 1e6)) MB")
    Progress.begin("converting \(path)")
    defer { Progress.end() }
    let (rows, notes) = try NumPyRows.converting(text: path, options: options)
    for note in notes { report.add("", note) }
    return rows
  }
}

extension MethodOptions {
  /// Estimates the density of samples on the disk, after the passes that an interrupted fit has finished.
  func fit(
    _ source: SampleSource, regularise: Bool, memory: Int?, passes: FinishedPasses
  ) throws(ParzenError) -> MixtureTransformer {
    let names = source.columnNames
    let density = try MixtureTransformer(
      source: source, network: try networkOptions.readOrPretrained(), policy: policy ?? .automatic,
      columns: try columnOptions.domains(names), keepsTies: columnOptions.keepTies, regularise: regularise,
      memory: memory, threads: threadOptions.count, passes: passes, onPass: { Progress.begin($0) })
    Progress.end()
    return density
  }
}
