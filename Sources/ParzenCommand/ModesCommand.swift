import ArgumentParser
import Foundation
import Parzen
import ParzenFiles
import ParzenPlots

struct ModesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "modes",
    abstract: "Find the modes of the estimated density, and the samples that belong to each.",
    discussion: """
      A sample belongs to the mode that its ascent along the score leads to. At every mode the Hessian of the log density \
      is negative definite. The number of modes is found, not given.

      The results have a row for every sample, in the order of the file: its mode (from 1, the mode with the most samples \
      first) and the sample. Without --output they go to standard output: as CSV, or on a terminal the first rows.
      """)

  @OptionGroup var sampleOptions: SampleOptions
  @Option(
    help: ArgumentHelp(
      "Leave out modes with a smaller share of the samples; their samples go to the nearest other mode.",
      valueName: "share"))
  var smallestShare = 0.01
  @OptionGroup(title: "Method") var methodOptions: MethodOptions
  @OptionGroup(title: "Output") var outputOptions: OutputOptions
  @OptionGroup(title: "Output") var plotOptions: PlotOptions
  @Option(
    help: ArgumentHelp("Write the modes to this file.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var json: String?

  func validate() throws {
    guard (0...0.5).contains(smallestShare) else {
      throw ValidationError("--smallest-share is \(smallestShare): give a number from 0 to 0.5")
    }
  }

  func run() throws {
    try AtomicFile.check(
      outputs: [outputOptions.output, plotOptions.plot, json],
      inputs: [sampleOptions.samples, methodOptions.networkOptions.network])
    var report = Report()
    let samples = try sampleOptions.read(&report)
    let estimate = try methodOptions.fit(samples, policy: .untransformed)
    report.add(estimate)
    let clustering = try ModeClustering(
      samples: samples.usable, density: estimate.gaussianMixture(), smallestShare: smallestShare,
      threads: methodOptions.threadOptions.count)
    for (index, mode) in clustering.modes.enumerated() {
      report.add(
        index == 0 ? "modes" : "",
        "\(index + 1): (\(shortList(mode.place.map(short)))), log density \(short(mode.logDensity)), "
          + counted(mode.count, "sample"))
    }
    try outputOptions.write(
      samples.table.values.rowLists.enumerated().map { [Double(clustering.labels[$0] + 1)] + $1 },
      columnNames: ["mode"] + samples.table.columnNames)
    if let json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try AtomicFile.write(Array(encoder.encode(clustering.modes)), path: json)
    }
    if let path = plotOptions.plot {
      let marks = clustering.modes.enumerated().map { index, mode in
        DensityPlot.Mark(place: mode.place, label: "\(index + 1)")
      }
      let title = "Modes of \(URL(filePath: sampleOptions.samples).lastPathComponent)"
      if let picture = try plotOptions.picture(
        of: estimate, samples.table, title: title, marks: marks, groups: clustering.labels)
      {
        try AtomicFile.write(Array(picture.utf8), path: path)
      }
    }
    let files = [outputOptions.output, plotOptions.plot, json].compactMap(\.self)
    if !files.isEmpty { report.add("written", files.joined(separator: ", ")) }
    report.write(toStandardError: outputOptions.output == nil)
  }
}

extension Matrix {
  fileprivate var rowLists: [[Double]] { (0..<rows).map { Array(self[row: $0]) } }
}
