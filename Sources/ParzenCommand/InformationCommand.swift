import ArgumentParser
import Foundation
import Parzen
import ParzenFiles

struct InformationCommand: MethodCommand {
  static let configuration = CommandConfiguration(
    commandName: "information",
    abstract: "Estimate entropy and Fisher information of samples, or their divergence from others.",
    discussion: """
      The entropy is in nats; the Fisher information is that of location, the covariance of the score. With \
      --relative-to: the Kullback-Leibler divergence and the relative Fisher information of the samples from \
      the others, and the kernelised Stein discrepancy of the samples from the score of the others, and a \
      two-sample test. With --between and --and: the mutual information of two groups of columns, --given \
      others if wanted; there, ties are spread at random in a way that leaves information as it is.

      Estimates are corrected for bias, and have standard errors, by a parametric bootstrap: new samples are \
      drawn from the estimated density, and everything is estimated again from them. Beside them stand \
      cross-fitted figures, each sample under the estimate from other samples, and those of the estimated \
      density itself.
      """)

  @OptionGroup var sampleOptions: SampleOptions
  @Option(
    help: ArgumentHelp("Compare with the samples of this CSV or .npy file.", valueName: "file"),
    completion: .file())
  var relativeTo: String?
  @Option(
    help: ArgumentHelp(
      "The mutual information between these columns and those of --and.", valueName: "columns"))
  var between: String?
  @Option(help: ArgumentHelp("The other columns of --between, separated by commas.", valueName: "columns"))
  var and: String?
  @Option(
    help: ArgumentHelp("The columns that the mutual information is conditional on.", valueName: "columns"))
  var given: String?
  @Option(
    help: ArgumentHelp(
      "The bootstrap replicates; standard errors are uncertain by 1 / sqrt(2 n). (default: 50)",
      valueName: "n"))
  var replicates: Int?
  @Option(help: ArgumentHelp("The seed of everything random.", valueName: "s"))
  var seed: UInt64 = 1
  @OptionGroup(title: "Method") var methodOptions: MethodOptions
  @Option(
    help: ArgumentHelp("Write all figures to this file.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var json: String?

  func validate() throws {
    guard (between == nil) == (and == nil) else {
      throw ValidationError("mutual information is between two groups of columns: give --between and --and")
    }
    if given != nil, between == nil {
      throw ValidationError("--given is for mutual information: add --between and --and")
    }
    if between != nil, relativeTo != nil {
      throw ValidationError("--between and --relative-to exclude each other: give one of them")
    }
    if between != nil {
      try refuse(
        namesGiven(["--replicates": replicates != nil]), "not for --between, whose errors need no bootstrap")
      try refuse(
        sampleOptions.givenWeights, "not for --between, which takes samples of equal weight alone")
      try refuse(methodOptions.columnOptions.given, "not for --between, which transforms the columns")
    }
    try checkingUsage {
      if let replicates { try Limits.check("--replicates", replicates, 2...Limits.repetitions) }
    }
  }

  func run() throws {
    try AtomicFile.check(
      outputs: [json], inputs: sampleOptions.inputs + [relativeTo] + methodOptions.inputs)
    var report = Report()
    Progress.begin("reading the samples")
    let samples = try sampleOptions.read(&report)
    Progress.begin(between == nil ? "estimating from bootstrap replicates" : "estimating densities")
    try methodOptions.warnOfUnusual(samples.usable)
    let options = AnalysisOptions(
      replicates: replicates ?? 50, seed: seed, threads: methodOptions.threadOptions.count)
    let bootstrap = between == nil ? "\(options.replicates) replicates, " : ""
    report.add("method", "\(methodOptions.method.name), \(bootstrap)seed \(seed)")
    if let between, let and {
      try write(try mutual(between, and, samples, options), &report)
    } else if let relativeTo {
      let others = try sampleOptions.readOthers(relativeTo, as: "others", like: samples, &report)
      // Where two estimates end at edges of their own, the divergence would be that of the edges.
      let fit = try methodOptions.densityFit(for: samples, others, policy: .untransformed)
      let information = try RelativeInformation(
        samples: samples.usable, sampleWeights: samples.weights, relativeTo: others.usable,
        otherWeights: others.weights, fit: fit, options: options)
      // A permutation of weighted samples would be none of their distribution.
      let test =
        samples.isWeighted || others.isWeighted
        ? nil : try TwoSampleTest(samples.usable, others.usable, seed: seed, threads: options.threads)
      try write(RelativeFigures(information, test, samples), &report)
    } else {
      let fit = try methodOptions.densityFit(for: samples, policy: .automatic)
      let information = try SampleInformation(
        samples: samples.usable, sampleWeights: samples.weights, fit: fit, options: options)
      try write(SampleFigures(information, samples), &report)
    }
  }

  private func mutual(
    _ first: String, _ second: String, _ samples: Samples, _ options: AnalysisOptions
  ) throws(ParzenError) -> MutualFigures {
    func columns(_ text: String, _ option: String) throws(ParzenError) -> [Int] {
      try ColumnList.columns(text, of: samples.table.columnNames, as: option)
    }
    let (x, y, z) = (
      try columns(first, "--between"), try columns(second, "--and"),
      try given.map { (given) throws(ParzenError) in try columns(given, "--given") } ?? []
    )
    // One fit for every number of columns.
    var fits: [Int: WeightedDensityFit] = [:]
    for count in Set([1, x.count + z.count, y.count + z.count, max(z.count, 1), x.count + y.count + z.count])
    {
      fits[count] = try methodOptions.densityFit(
        columns: (1...count).map(String.init), regularises: samples.isRegularised)
    }
    let fit: WeightedDensityFit = { [fits] (samples, weights, threads) throws(ParzenError) in
      guard let fit = fits[samples.columns] else {
        throw .invalidOption("no method is ready for \(samples.columns) columns")
      }
      return try fit(samples, weights, threads)
    }
    let condition = given.map { " | " + $0 } ?? ""
    do throws(ParzenError) {
      let information = try MutualInformation(
        samples: samples.usable, between: x, and: y, given: z, fit: fit, options: options)
      return MutualFigures(mutualInformation: information, description: "I(\(first); \(second)\(condition))")
    } catch {
      throw error.labelled(SampleLabels(columns: samples.table.columnNames))
    }
  }

  private func write(_ figures: some InformationFigures, _ report: inout Report) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    // An encoder refuses what is no finite number, and so does the report.
    guard let text = try? encoder.encode(figures) else {
      throw ParzenError.invalidOption(
        "a figure is not a finite number: the columns' units are too extreme for it, so scale them to values"
          + " near 1, or one density is zero where the other has samples")
    }
    if let json {
      try AtomicFile.write(Array(text), path: json)
      report.add("written", json)
    }
    report.write(toStandardError: false)
    Console.print("\n" + figures.text)
  }
}
