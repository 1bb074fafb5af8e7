import ArgumentParser
import Foundation
import Parzen
import ParzenFiles

struct QueryCommand: MethodCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Ask an estimated density: marginals, conditionals, quantiles, probabilities, regions.",
    discussion: """
      The density is that of samples, or a saved fit (--fit). --marginal and --given make the density that \
      is asked: some of the columns, and those left when others have given values. Without a question the \
      answer is a table of credible intervals: mean, standard deviation, median, and the intervals that hold \
      68 and 95 %, with equal tails and of the highest density.

      Answers are exact for mixtures of Gaussians and kernel densities, up to rounding; where draws or \
      lattices are needed, they have a standard error. With --uncertainty every figure has the standard \
      error that the samples leave it, by a jackknife.
      """)

  @OptionGroup var sampleOptions: SampleOptions
  @OptionGroup(title: "The density that is asked") var view: DensityView

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The quantiles at these probabilities, separated by commas.", valueName: "p,..."))
  var quantiles: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The probability of a value at most x, for each x.", valueName: "x,..."))
  var cdf: String?
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "The probability of a box: intervals of columns, as a=0:1,b=:3. Repeat for more.", valueName: "box"))
  var box: [String] = []
  @Option(
    help: ArgumentHelp(
      """
      The highest-density regions that hold these probabilities: thresholds of the log density, and in one \
      dimension intervals.
      """,
      valueName: "p,..."))
  var regions: String?
  @Option(
    help: ArgumentHelp(
      "The probabilities of the credible intervals, separated by commas.", valueName: "p,..."))
  var credible: String?
  @Option(help: ArgumentHelp("Draw n samples of the density that is asked.", valueName: "n"))
  var draws: Int?
  @Option(help: ArgumentHelp("The seed of everything random.", valueName: "s"))
  var seed: UInt64 = 1
  @Flag(
    help: """
      Add the standard errors that the samples leave, by a jackknife over 20 groups; the ends of a region's \
      intervals have some where there are as many without each group.
      """)
  var uncertainty = false

  @OptionGroup(title: "Method") var methodOptions: MethodOptions
  @OptionGroup(title: "Output") var outputOptions: OutputOptions

  func validate() throws {
    try sampleOptions.check(methodOptions, readsOthers: view.givenFile != nil)
    try outputOptions.checkNoTexts()
    if let draws, draws < 1 { throw ValidationError("--draws is \(draws): give 1 or more") }
    let questions = [
      quantiles.map { _ in "--quantiles" }, cdf.map { _ in "--cdf" }, box.isEmpty ? nil : "--box",
      regions.map { _ in "--regions" }, credible.map { _ in "--credible" }, draws.map { _ in "--draws" },
      view.givenFile.map { _ in "--given-file" },
    ].compactMap(\.self)
    guard questions.count < 2 else {
      throw ValidationError("\(questions.joined(separator: " and ")) are two questions: ask one at a time")
    }
    if uncertainty, draws != nil {
      throw ValidationError("--uncertainty is for figures: leave it out with --draws")
    }
  }

  func run() throws {
    try AtomicFile.check(
      outputs: [outputOptions.output], inputs: sampleOptions.inputs + view.inputs + methodOptions.inputs)
    var report = Report()
    let source = try sampleOptions.density(methodOptions, &report)
    let asked = try view.asked(source.columnNames)
    report.add("asked", asked.description)
    if let note = asked.beyond(source.ranges) { report.add("", note) }
    let question = try self.question(asked)
    Progress.begin("answering")
    var answer = try question(asked.density(source.estimate))
    if uncertainty {
      Progress.begin("estimating without each group")
      let jackknife = try source.jackknife(methodOptions)
      let replicates = try jackknife.replicates.map { (replicate) throws(ParzenError) in
        let estimate = Estimate(density: replicate, title: source.estimate.title, details: "")
        return try question(asked.density(estimate))
      }
      if let note = try answer.addErrors(jackknife, replicates) { report.add("", note) }
    }
    Progress.end()
    try outputOptions.write(
      answer.rows, columnNames: answer.columnNames, texts: answer.labels.map { [$0] } ?? [],
      textsFirst: true)
    if let path = outputOptions.output { report.add("written", path) }
    report.write(toStandardError: outputOptions.output == nil)
  }

  /// The question as a function of the density that is asked.
  private func question(
    _ asked: AskedDensity
  ) throws -> (AskedDensity.Mixture) throws(ParzenError) -> DensityAnswer {
    let names = asked.columnNames
    if let path = view.givenFile {
      let values = try view.givenValues(path, asked, sampleOptions.reading)
      return { (mixture) throws(ParzenError) in try .conditionals(of: mixture, asked, values) }
    }
    if let quantiles {
      let p = try numbers(quantiles, "--quantiles")
      return { (mixture) throws(ParzenError) in try .quantiles(of: mixture.asked, p, names) }
    }
    if let cdf {
      let values = try numbers(cdf, "--cdf")
      return { (mixture) throws(ParzenError) in try .distribution(of: mixture.asked, values, names) }
    }
    if !box.isEmpty {
      let boxes = try box.map { (text) throws(ParzenError) in try DensityView.box(text, names) }
      let seed = seed
      return { (mixture) throws(ParzenError) in try .boxes(of: mixture.asked, boxes, seed: seed) }
    }
    if let regions {
      let p = try numbers(regions, "--regions")
      let seed = seed
      return { (mixture) throws(ParzenError) in try .regions(of: mixture.asked, p, seed: seed) }
    }
    if let draws {
      try outputOptions.checkSize(rows: draws, columns: names.count)
      let seed = seed
      return { (mixture) throws(ParzenError) in .draws(of: mixture.asked, draws, names, seed: seed) }
    }
    let p = try numbers(credible ?? "0.68,0.95", "--credible")
    return { (mixture) throws(ParzenError) in try .credible(mixture.asked, p, names) }
  }

  private func numbers(_ text: String, _ option: String) throws(ParzenError) -> [Double] {
    let values = text.split(separator: ",").map { Double($0.trimmingCharacters(in: .whitespaces)) }
    guard !values.isEmpty, values.allSatisfy({ $0?.isFinite == true }) else {
      throw .invalidOption("\(option) is \(text): give numbers, separated by commas")
    }
    return values.compactMap(\.self)
  }
}
