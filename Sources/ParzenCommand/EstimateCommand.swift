import ArgumentParser
import Foundation
import Parzen
import ParzenFiles
import ParzenPlots

struct EstimateCommand: MethodCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate",
    abstract: "Estimate the density of samples, and its score, at points.",
    discussion: """
      The results have a row for every point: the point, the natural logarithm of the density, and the \
      score. A .npy file leaves out the points. Without --output they go to standard output: as CSV, or on a \
      terminal the first rows.
      """)

  @OptionGroup var sampleOptions: SampleOptions
  @OptionGroup(title: "Points") var queryOptions: QueryOptions
  @OptionGroup(title: "Method") var methodOptions: MethodOptions
  @Flag(
    help: """
      Add columns with standard errors of the log density and of the score's components (log_density_se, \
      score_1_se, ...), by a jackknife over 20 groups of samples. For the mixture methods: the error of the \
      others is mostly bias, which a jackknife does not see.
      """)
  var uncertainty = false
  @OptionGroup(title: "Output") var outputOptions: OutputOptions
  @OptionGroup(title: "Output") var plotOptions: PlotOptions
  @OptionGroup(title: "Output") var layerOptions: LayerOptions

  func validate() throws {
    try layerOptions.check(plotOptions, sampleOptions)
    try sampleOptions.check(methodOptions, readsOthers: queryOptions.queries != nil)
    try outputOptions.checkNoTexts()
    let method = methodOptions.method
    guard uncertainty, !method.isMixture || method.isKernelDensity else { return }
    throw ValidationError(
      """
      --uncertainty is for the methods \
      \(Estimator.names(where: { $0.isMixture && !$0.isKernelDensity }, "and")): 
      """
        + "the error of the others is mostly bias")
  }

  func run() throws {
    try AtomicFile.check(
      outputs: [outputOptions.output, plotOptions.plot],
      inputs: sampleOptions.inputs + queryOptions.inputs + methodOptions.inputs + layerOptions.inputs)
    try plotOptions.checkDestination()
    var report = Report()
    var stopwatch = Stopwatch()

    let source = try sampleOptions.density(methodOptions, &report, layers: layerOptions)
    let queries = try queryOptions.points(for: source, reading: sampleOptions.reading)
    try outputOptions.checkSize(rows: queries.count, columns: 2 * source.columnNames.count + 1)
    stopwatch.lap("fitting")
    let uncertain =
      try uncertainty
      ? Progress.during("estimating without each group") { try source.jackknife(methodOptions) } : nil
    if let uncertain {
      report.add("", "standard errors by a jackknife over \(uncertain.replicates.count) groups")
      stopwatch.lap("jackknife")
    }

    Progress.begin("evaluating")
    let results = try EstimateResults(
      of: uncertain ?? source.estimate.density, at: queries, columnNames: source.columnNames,
      to: outputOptions.destination
    )
    report.add("points", "\(queries.count), \(queries.description)")
    stopwatch.lap("estimates")

    if let samples = source.samples {
      report.add("log likelihood", try heldInLikelihood(of: source.estimate.density, samples))
    }
    if plotOptions.plot != nil {
      Progress.begin("drawing the picture")
      try draw(source)
      stopwatch.lap("picture")
    }
    Progress.end()
    try results.finish()

    let files = [outputOptions.output, plotOptions.plot].compactMap(\.self)
    if !files.isEmpty { report.add("written", files.joined(separator: ", ")) }
    report.add("time", stopwatch.description)
    report.write(toStandardError: outputOptions.output == nil)
  }

  private func draw(_ source: DensitySource) throws(ParzenError) {
    let title = "Density of \(sampleOptions.name)"
    // Single columns have fits of their own; where something is told of columns, the marginals of the whole.
    var single: ((Matrix) throws(ParzenError) -> any Density)?
    let weights = source.samples?.weights
    let isSingle = layerOptions.group == nil && layerOptions.overlay.isEmpty
    if source.samples != nil, methodOptions.columnOptions.isEmpty, isSingle || weights == nil {
      let fit = try methodOptions.fitter(for: ["1"])
      single = { (values) throws(ParzenError) in try fit(values, weights, 1).density }
    }
    if let layers = try layerOptions.layers(source, sampleOptions, methodOptions) {
      try plotOptions.draw(
        layers, columnNames: source.columnNames, title: title, subtitle: source.estimate.title, fit: single)
    } else {
      try plotOptions.draw(source.estimate, source.points(), title: title, fit: single)
    }
  }

  /// The mean log density at the samples, with their weights, over at most 5,000 of them at even distances.
  private func heldInLikelihood(of density: any Density, _ samples: Samples) throws(ParzenError) -> String {
    let values = samples.table.values
    let rows = Array(stride(from: 0, to: values.rows, by: max(1, (values.rows + 4999) / 5000)))
    let weights = samples.weights.map { $0.selecting(rows).values } ?? rows.map { _ in 1 }
    let sum = weights.reduce(0, +)
    let mean = zip(try density.logDensity(at: values.selectingRows(rows)), weights).reduce(0) {
      $0 + $1.0 * ($1.1 / sum)
    }
    let scope = rows.count < values.rows ? " (\(rows.count) of them)" : ""
    return "\(short(mean)) per sample, at the samples themselves\(scope)"
  }
}
