import ArgumentParser
import Foundation
import Parzen
import ParzenFiles
import ParzenPlots

struct OutliersCommand: MethodCommand {
  static let configuration = CommandConfiguration(
    commandName: "outliers",
    abstract: "Rank samples by how unusual they are.",
    discussion: """
      Every sample's log density comes from the estimate from other samples, in ten folds, or from training \
      samples with --train. Its tail probability is that a sample which is no outlier has as low a log \
      density: the rank among samples that had no part in the estimate either, and below the lowest of these \
      (with --train five, else a tenth) an exponential tail. Without outliers it is uniform between 0 and 1, \
      whatever the samples' law.

      The results have a row for every sample, the most unusual first: its row in the file (from 1, headers \
      not counted), log density, tail probability, and the sample. Without --output they go to standard \
      output: as CSV, or on a terminal the first rows.
      """)

  @OptionGroup var sampleOptions: SampleOptions
  @Option(
    help: ArgumentHelp("Judge by the samples of this CSV or .npy file alone.", valueName: "file"),
    completion: .file())
  var train: String?
  @Option(help: ArgumentHelp("The seed of the division into folds.", valueName: "s"))
  var seed: UInt64 = 1
  @OptionGroup(title: "Method") var methodOptions: MethodOptions
  @OptionGroup(title: "Output") var outputOptions: OutputOptions
  @OptionGroup(title: "Output") var plotOptions: PlotOptions

  /// The tail probability below which a report counts samples, and a picture marks them.
  private static let level = 0.01

  func validate() throws {
    guard train != nil, let file = sampleOptions.fileOfWeights else { return }
    throw ValidationError(
      "--sample-weights \(file) is about the samples that are judged, whose weights play no part with"
        + " --train: leave it out, or name a column of the training samples")
  }

  func run() throws {
    try AtomicFile.check(
      outputs: [outputOptions.output, plotOptions.plot],
      inputs: sampleOptions.inputs + [train] + methodOptions.inputs)
    try plotOptions.checkDestination()
    var report = Report()
    Progress.begin("reading the samples")
    let samples = try sampleOptions.read(&report, keepsOtherColumns: outputOptions.keepColumns)
    let training = try train.map { (path) throws(ParzenError) in
      try sampleOptions.readOthers(path, as: "training samples", like: samples, &report)
    }
    if training != nil, samples.weights != nil {
      report.add("", "the weights of the samples that are judged play no part")
    }
    try methodOptions.warnOfUnusual(samples.usable)
    let fit = try methodOptions.densityFit(for: training ?? samples)
    let options = AnalysisOptions(
      folds: min(10, (training ?? samples).usable.rows), seed: seed,
      threads: methodOptions.threadOptions.count)
    Progress.begin("judging the samples")
    let ranking =
      if let training {
        try OutlierRanking(
          samples: samples.usable, training: training.usable, trainingWeights: training.weights, fit: fit,
          options: options)
      } else {
        try OutlierRanking(
          samples: samples.usable, sampleWeights: samples.weights, fit: fit, options: options)
      }
    report.add("method", "\(methodOptions.method.name), \(options.folds) folds, seed \(seed)")
    Progress.end()
    let unusual = ranking.order.filter { ranking.tailProbability[$0] < Self.level }
    report.add(
      "unusual",
      "\(counted(unusual.count, "sample")) with a tail probability below \(Self.level); "
        + "\(short(Self.level * Double(samples.usable.rows))) are expected without outliers")
    if plotOptions.plot != nil {
      Progress.begin("drawing the picture")
      let marks = unusual.prefix(20).map { index in
        DensityPlot.Mark(
          place: Array(samples.table.values[row: index]), label: "\(samples.rowNumbers[index])")
      }
      let title = "Unusual samples of \(sampleOptions.name)"
      let estimate = try methodOptions.fit(training ?? samples)
      try plotOptions.draw(estimate, samples.table, title: title, marks: marks)
    }
    Progress.end()
    // Last, since standard output may be closed, and the picture is to be there all the same.
    try write(ranking, samples)
    let files = [outputOptions.output, plotOptions.plot].compactMap(\.self)
    if !files.isEmpty { report.add("written", files.joined(separator: ", ")) }
    report.write(toStandardError: outputOptions.output == nil)
  }

  private func write(_ ranking: OutlierRanking, _ samples: Samples) throws(ParzenError) {
    let order = ranking.order
    let rows = order.map { index in
      [Double(samples.rowNumbers[index]), ranking.logDensity[index], ranking.tailProbability[index]]
        + samples.table.values[row: index]
    }
    try outputOptions.write(
      rows, columnNames: ["row", "log_density", "tail_probability"] + samples.table.columnNames,
      texts: samples.otherColumns.map { column in (column.name, order.map { column.texts[$0] }) })
  }
}
