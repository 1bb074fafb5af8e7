import ArgumentParser
import Foundation
import Parzen
import ParzenFiles
import ParzenPlots

struct ModesCommand: MethodCommand {
  static let configuration = CommandConfiguration(
    commandName: "modes",
    abstract: "Find the modes of the estimated density, and the samples that belong to each.",
    discussion: """
      The number of modes is found, not given: where a mode meets a higher one, the samples around the \
      saddle between them say by Hartigan's dip test whether there are two humps (--significance). A mode's \
      persistence is how far its log density stands above that saddle. At a certified mode the Hessian of \
      the log density is negative definite.

      The results have a row for every sample, in the order of the file: its row in the file (from 1, \
      headers not counted), its mode (from 1, the mode with the most samples first), the probability that it \
      belongs to it, and the sample. Without --output they go to standard output: as CSV, or on a terminal \
      the first rows.

      --save keeps the clustering; with --fit and that file, the points of --queries get the modes of the \
      old samples.
      """)

  @OptionGroup var sampleOptions: SampleOptions
  @Option(
    help: ArgumentHelp(
      "Join modes with a smaller share of the samples to their neighbours. "
        + "(default: \(ModeClustering.defaultSmallestShare))",
      valueName: "share"))
  var smallestShare: Double?
  @Option(
    help: ArgumentHelp(
      "Join modes to their neighbours unless the dip test's p-value is below this; 1 keeps almost all. "
        + "(default: \(ModeClustering.defaultSignificance))",
      valueName: "p"))
  var significance: Double?
  @Flag(help: "Add the probability of every mode, as columns membership_1, membership_2, ...")
  var memberships = false
  @Option(
    help: ArgumentHelp("With --fit, the points that get modes.", valueName: "file"), completion: .file())
  var queries: String?
  @Option(
    help: ArgumentHelp("Write the fit with its modes to this file.", valueName: "file.json"),
    completion: .file(extensions: ["json"]))
  var save: String?
  @OptionGroup(title: "Method") var methodOptions: MethodOptions
  @OptionGroup(title: "Output") var outputOptions: OutputOptions
  @OptionGroup(title: "Output") var plotOptions: PlotOptions
  @Option(
    help: ArgumentHelp("Write the modes to this file.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var json: String?

  func validate() throws {
    if let smallestShare, !(0...0.5).contains(smallestShare) {
      throw ValidationError("--smallest-share is \(smallestShare): give a number from 0 to 0.5")
    }
    if let significance, !(significance > 0 && significance <= 1) {
      throw ValidationError("--significance is \(significance): give a number above 0, up to 1")
    }
    try refuse(
      methodOptions.columnOptions.domainsGiven,
      "not for modes, which are found in columns as they are (angles may be given as cosine and sine)")
    guard (queries != nil) == (sampleOptions.samples == nil) else {
      throw ValidationError(
        queries == nil
          ? "the modes of a saved fit are for new points: add --queries FILE"
          : "--queries is for the modes of a saved fit: give --fit FILE in place of samples")
    }
    guard sampleOptions.samples == nil else { return }
    try sampleOptions.check(methodOptions, readsOthers: true)
    try refuse(
      namesGiven([
        "--smallest-share": smallestShare != nil, "--significance": significance != nil,
        "--save": save != nil,
        "--plot": plotOptions.plot != nil, "--json": json != nil,
      ]), "for modes that are looked for, and those of a saved fit (--fit) are found already")
  }

  func run() throws {
    try AtomicFile.check(
      outputs: [outputOptions.output, plotOptions.plot, json, save],
      inputs: sampleOptions.inputs + [queries] + methodOptions.inputs)
    try plotOptions.checkDestination()
    var report = Report()
    if let queries, let fit = sampleOptions.fit { return try assign(queries, to: fit, &report) }

    Progress.begin("reading the samples")
    let samples = try sampleOptions.read(&report, keepsOtherColumns: outputOptions.keepColumns)
    Progress.begin("estimating the density")
    let estimate = try methodOptions.fit(samples, policy: .untransformed)
    report.add(estimate, samples.labels)
    Progress.begin("climbing to the modes")
    let clustering = try ModeClustering(
      samples: samples.usable, density: estimate.gaussianMixture(),
      smallestShare: smallestShare ?? ModeClustering.defaultSmallestShare,
      significance: significance ?? ModeClustering.defaultSignificance,
      threads: methodOptions.threadOptions.count)
    if samples.weights != nil {
      report.add("", "modes are told apart, and their samples counted, without the weights")
    }
    describe(clustering, samples.usable.columnRanges, &report)
    try keep(clustering, estimate, samples)
    if plotOptions.plot != nil {
      Progress.begin("drawing the picture")
      let marks = clustering.modes.enumerated().map { index, mode in
        DensityPlot.Mark(place: mode.place, label: "\(index + 1)")
      }
      try plotOptions.draw(
        estimate, samples.table, title: "Modes of \(sampleOptions.name)", marks: marks,
        groups: clustering.labels,
        groupNames: clustering.modes.enumerated().map { "mode \($0 + 1), \(counted($1.count, "sample"))" })
    }
    Progress.end()
    // Last, since standard output may be closed, and the files are to be there all the same.
    try write(
      samples.table, rowNumbers: samples.rowNumbers, labels: clustering.labels,
      memberships: clustering.memberships(at: samples.usable), texts: samples.otherColumns)
    let files = [outputOptions.output, plotOptions.plot, json, save].compactMap(\.self)
    if !files.isEmpty { report.add("written", files.joined(separator: ", ")) }
    report.write(toStandardError: outputOptions.output == nil)
  }

  private func describe(
    _ clustering: ModeClustering, _ ranges: [ClosedRange<Double>], _ report: inout Report
  ) {
    for (index, mode) in clustering.modes.enumerated() {
      let standing = mode.persistence.map { height in
        ", \(short(height)) above its saddle" + (mode.pValue.map { ", p = \(short($0))" } ?? "")
      }
      let place = zip(mode.place, ranges).map { short($0, spread: $1.upperBound - $1.lowerBound) }
      report.add(
        index == 0 ? "modes" : "",
        "\(index + 1): (\(shortList(place))), log density \(short(mode.logDensity)), "
          + counted(mode.count, "sample") + (standing ?? ""))
    }
  }

  private func write(
    _ table: Table, rowNumbers: [Int], labels: [Int], memberships shares: Matrix,
    texts: [(name: String, texts: [String])]
  ) throws(ParzenError) {
    let rows = labels.indices.map { row -> [Double] in
      let own = [Double(rowNumbers[row]), Double(labels[row] + 1), shares[row, labels[row]]]
      return own + table.values[row: row] + (memberships ? Array(shares[row: row]) : [])
    }
    let names = memberships ? (1...max(shares.columns, 1)).map { "membership_\($0)" } : []
    try outputOptions.write(
      rows, columnNames: ["row", "mode", "membership"] + table.columnNames + names, texts: texts)
  }

  /// Writes the modes, and the fit with them, where that is wanted.
  private func keep(_ clustering: ModeClustering, _ estimate: Estimate, _ samples: Samples) throws {
    if let json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try AtomicFile.write(Array(encoder.encode(clustering.modes)), path: json)
    }
    guard let save else { return }
    guard let content = estimate.content else {
      throw ParzenError.invalidOption(
        "the \(estimate.title) cannot be saved with these options: take another --method")
    }
    var fit = try SavedFit(
      content, columnNames: samples.table.columnNames,
      origin: .init(
        method: estimate.title, details: estimate.details, file: sampleOptions.name, samples: samples.usable))
    fit.clustering = SavedFit.Clustering(
      modes: clustering.modes.map(\.place), componentModes: clustering.componentModes)
    try fit.write(to: URL(filePath: save))
  }

  /// Gives new points the modes of a saved clustering.
  private func assign(_ queries: String, to path: String, _ report: inout Report) throws {
    let fit = try SavedFit(contentsOf: URL(filePath: path))
    guard let clustering = fit.clustering else {
      throw ParzenError.file(
        path: path, reason: "this fit has no modes: make it with parzen modes SAMPLES --save FILE")
    }
    let density = Estimate(density: try fit.density(), title: "saved density", details: "")
    let mixture = try density.gaussianMixture().mixture
    var options = sampleOptions.reading.tableOptions
    options.matchingNames = fit.columnNames
    options.keepsOtherColumns = outputOptions.keepColumns
    let file = try sampleOptions.reading.read(queries, options)
    try checkColumns(of: file.table, count: fit.dimension, name: "queries", path: queries)
    let shares = try ModeClustering.memberships(
      at: file.table.values, mixture, clustering.componentModes, count: clustering.modes.count)
    let labels = (0..<shares.rows).map { row in
      (0..<shares.columns).max { shares[row, $0] < shares[row, $1] } ?? 0
    }
    report.add("fit", "\(counted(clustering.modes.count, "mode")) from \(path)")
    report.add("points", "\(labels.count) from \(queries)")
    for (index, place) in clustering.modes.enumerated() {
      report.add(
        index == 0 ? "modes" : "",
        "\(index + 1): (\(shortList(place.map(short)))), \(counted(labels.count { $0 == index }, "point"))")
    }
    try write(
      file.table, rowNumbers: file.rowNumbers, labels: labels, memberships: shares, texts: file.otherColumns)
    report.write(toStandardError: outputOptions.output == nil)
  }
}
