import ArgumentParser
import Foundation
import Parzen
import ParzenFiles

/// Samples that stay on the disk: in several files, or in more than memory has room for.
struct StreamOptions: ParsableArguments {
  @Argument(
    help: "Further files of samples with the same columns; a name may have wildcards, as 'part-*.npy'.",
    completion: .file())
  var furtherSamples: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      Leave the samples on the disk, read them in every pass, and use at most so much memory, as 512M or 2G. \
      The \
      result does not depend on it.
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
  func isWanted(_ samples: String?) -> Bool { memory != nil || files(samples).count > 1 }
}

extension SampleOptions {
  /// Throws for options that samples on the disk do not have.
  private func checkStreamed(_ method: MethodOptions) throws(ParzenError) {
    let refused = [
      ("--sample-weights", sampleWeights != nil), ("--chain", chain), ("--thin", thin != nil),
      ("--regularise", regularise), ("--missing", !reading.missing.isEmpty),
      ("--drop-missing", reading.dropMissing), ("--fit", fit != nil),
    ].first { $0.1 }
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

  /// Opens files of samples without reading them. What is text becomes a temporary `.npy` file first.
  func stream(
    _ options: StreamOptions, _ method: MethodOptions, _ report: inout Report
  ) throws(ParzenError) -> SampleSource {
    try checkStreamed(method)
    let files = options.files(samples)
    let source = try reading.stream(files, reading.tableOptions, &report)
    report.add(
      "samples",
      "\(source.rows) x \(source.dimension) (\(shortList(source.columnNames))) from "
        + shortList(files, limit: 4)
    )
    report.add("", "read from the disk in every pass")
    return source
  }
}

extension ReadingOptions {
  /// Opens files of samples without reading them. What is text becomes a temporary `.npy` file first.
  func stream(
    _ files: [String], _ options: TableOptions, _ report: inout Report
  ) throws(ParzenError) -> SampleSource {
    var opened: [NumPyRows] = []
    var areText = false
    for path in files {
      let isText = try !NumPyRows.isOne(path)
      opened.append(try isText ? convert(path, options, &report) : NumPyRows(contentsOf: URL(filePath: path)))
      areText = areText || isText
    }
    guard let first = opened.first else {
      throw .invalidOption("there are no files of samples: name at least one")
    }
    // Of a text, the chosen columns are what was converted.
    return try SampleSource(files: opened, columns: areText ? nil : first.columns(chosenBy: options))
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
  /// Estimates the density of samples on the disk.
  func fit(_ source: SampleSource, memory: Int?) throws(ParzenError) -> MixtureTransformer {
    let names = source.columnNames
    let density = try MixtureTransformer(
      source: source, network: try networkOptions.readOrPretrained(), policy: policy ?? .automatic,
      columns: try columnOptions.domains(names), keepsTies: columnOptions.keepTies, memory: memory,
      threads: threadOptions.count, onPass: { Progress.begin($0) })
    Progress.end()
    return density
  }
}
