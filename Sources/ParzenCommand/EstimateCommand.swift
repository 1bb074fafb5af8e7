import ArgumentParser
import Foundation
import Parzen
import ParzenFiles

struct EstimateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate",
    abstract: "Estimate the density of samples, and its score, at points.",
    discussion: """
      The results have a row for every point: the point, the natural logarithm of the density, and the score. A .npy \
      file leaves out the points. Without --output they go to standard output: as CSV, or on a terminal the first rows.
      """)

  @OptionGroup var sampleOptions: SampleOptions
  @OptionGroup(title: "Points") var queryOptions: QueryOptions
  @OptionGroup(title: "Method") var methodOptions: MethodOptions
  @Flag(
    help: """
      Add columns with standard errors of the log density and of the score's components (log_density_se, score_1_se, \
      ...), by a jackknife over 20 groups of samples. For the mixture methods: the error of the others is mostly bias, \
      which a jackknife does not see.
      """)
  var uncertainty = false
  @OptionGroup(title: "Output") var outputOptions: OutputOptions
  @OptionGroup(title: "Output") var plotOptions: PlotOptions

  func validate() throws {
    guard uncertainty, ![.mixture, .expectationMaximization].contains(methodOptions.method) else { return }
    throw ValidationError(
      "--uncertainty is for the methods mixture and em: the error of the others is mostly bias")
  }

  func run() throws {
    try AtomicFile.check(
      outputs: [outputOptions.output, plotOptions.plot],
      inputs: [sampleOptions.samples, queryOptions.queries, methodOptions.networkOptions.network])
    var report = Report()
    var stopwatch = Stopwatch()

    let samples = try sampleOptions.read(&report)
    let queries = try queryOptions.source(for: samples.table, dropMissing: sampleOptions.dropMissing)
    stopwatch.lap("reading")
    let estimate = try methodOptions.fit(samples)
    report.add(estimate)
    stopwatch.lap("fitting")
    let uncertain = try uncertainty ? jackknife(samples) : nil
    if let uncertain {
      report.add("", "standard errors by a jackknife over \(uncertain.replicates.count) groups")
      stopwatch.lap("jackknife")
    }

    let results = try EstimateResults(
      of: uncertain ?? estimate.density, at: queries, columnNames: samples.table.columnNames,
      to: outputOptions.destination
    )
    report.add("points", "\(queries.count), \(queries.description)")
    stopwatch.lap("estimates")

    report.add("log likelihood", try heldInLikelihood(of: estimate.density, samples.table.values))
    let title = "Density of \(URL(filePath: sampleOptions.samples).lastPathComponent)"
    let picture = try plotOptions.picture(of: estimate, samples.table, title: title)
    if picture != nil { stopwatch.lap("picture") }
    try results.finish()
    if let picture, let path = plotOptions.plot { try AtomicFile.write(Array(picture.utf8), path: path) }

    let files = [outputOptions.output, plotOptions.plot].compactMap(\.self)
    if !files.isEmpty { report.add("written", files.joined(separator: ", ")) }
    report.add("time", stopwatch.description)
    report.write(toStandardError: outputOptions.output == nil)
  }

  /// The estimate and its replicates.
  private func jackknife(_ samples: Samples) throws(ParzenError) -> GroupJackknife {
    let fit = try methodOptions.densityFit(for: samples.table.columnNames)
    do {
      return try GroupJackknife(
        samples: samples.usable, groups: min(20, samples.usable.rows),
        threads: methodOptions.threadOptions.count, fit: fit)
    } catch {
      throw .file(
        path: sampleOptions.samples,
        reason: "no standard errors, because without one group of them: \(error)")
    }
  }

  /// The mean log density at the samples, over at most 5,000 of them at even distances.
  private func heldInLikelihood(of density: any Density, _ samples: Matrix) throws(ParzenError) -> String {
    let step = max(1, (samples.rows + 4999) / 5000)
    let chosen = samples.selectingRows(stride(from: 0, to: samples.rows, by: step))
    let mean = try density.logDensity(at: chosen).reduce(0) { $0 + $1 / Double(chosen.rows) }
    let scope = chosen.rows < samples.rows ? " (\(chosen.rows) of them)" : ""
    return "\(short(mean)) per sample, at the samples themselves\(scope)"
  }
}
