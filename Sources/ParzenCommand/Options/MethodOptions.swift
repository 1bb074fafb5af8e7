import ArgumentParser
import Foundation
import Parzen

/// The method and what belongs to it.
struct MethodOptions: ParsableArguments {
  @Option(
    name: .customLong("method"),
    help: ArgumentHelp(
      "The method: \(Estimator.all.map { "\($0.summary) (\($0.name))" }.joined(separator: ", ")). (default: "
        + "\(Estimator.all[0].name))", valueName: "method"))
  var chosenMethod: Estimator?

  @OptionGroup var networkOptions: NetworkOptions

  @Option(
    help: """
      What the mixture transformer may rest on: every kind of estimate, in columns as they are or \
      transformed (automatic); in columns as they are (untransformed); only what follows every affine map of \
      the samples (equivariant); or one pass of the network (network). (default: automatic; untransformed \
      for modes, network for evolve)
      """)
  var policy: EstimationPolicy?

  @Option(
    help: ArgumentHelp(
      """
      Adapt the cross-attention transformer to the samples by so many gradient steps on the consistency of \
      its score with the gradient of its log density.
      """, valueName: "steps"))
  var adapt: Int?

  @Flag(
    help: """
      One pass of the cross-attention transformer, as in its paper, for the mean over quarter turns: four \
      times faster, less accurate, and more dependent on the axes.
      """)
  var singlePass = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      The bandwidth of the kernel methods: scott, silverman, cross-validation, or a number in the units of \
      the data, the same in every dimension. (default: scott)
      """, valueName: "rule"),
    transform: Bandwidth.init(argument:))
  var bandwidth: Bandwidth?

  @Option(
    help: ArgumentHelp(
      """
      The score that debiases sd-kde: empirical (of the kernel density itself), mixture, or cross-attention. \
      (default: empirical)
      """, valueName: "name"))
  var score: DebiasingScore?

  @OptionGroup(title: "Columns") var columnOptions: ColumnOptions
  @OptionGroup var threadOptions: ThreadOptions

  var method: Estimator { chosenMethod ?? Estimator.all[0] }

  /// The score with which samples are moved before kernels are put on them: their own, or a pretrained
  /// method's.
  struct DebiasingScore: ExpressibleByArgument {
    static let empirical = "empirical"
    static let allValueStrings = [empirical] + Estimator.all.filter(\.isPretrained).map(\.name)
    let name: String

    init?(argument: String) {
      guard Self.allValueStrings.contains(argument) else { return nil }
      name = argument
    }
  }

  func validate() throws {
    if let adapt {
      try checkingUsage { try Limits.check("--adapt", adapt, 0...Limits.repetitions) }
    }
    if let refused = method.refused(kinds) {
      let takers = Estimator.all.filter { $0.options.contains(refused) }
      let names = "method\(takers.count == 1 ? "" : "s") \(enumeration(takers.map(\.name), "and"))"
      throw ValidationError(
        "\(refused.flags) for the \(names): "
          + (takers.contains(Estimator.all[0])
            ? "leave out --method \(method.name)" : "add --method \(enumeration(takers.map(\.name)))"))
    }
    try checkingUsage { try method.validate(choices) }
  }

  /// The kinds of options that are given.
  private var kinds: Set<Estimator.Option> {
    var kinds = choices.given
    if score != nil { kinds.insert(.score) }
    if networkOptions.network != nil { kinds.insert(.network) }
    if !columnOptions.isEmpty { kinds.insert(.columns) }
    return kinds
  }

  /// What is chosen, without what has to be read or is about columns.
  private var choices: EstimatorOptions {
    var options = EstimatorOptions(bandwidth: bandwidth)
    options.policy = policy
    options.adaptationSteps = adapt
    options.singlePass = singlePass
    options.score = score.flatMap { $0.name == DebiasingScore.empirical ? nil : $0.name }
    return options
  }
}

extension MethodOptions {
  /// The files that are read.
  var inputs: [String?] { networkOptions.inputs }

  /// Fits the density to samples, with their weights if they have any.
  ///
  /// - Parameter policy: that of methods that have one, without `--policy`.
  func fit(_ samples: Samples, policy: EstimationPolicy? = nil) throws(ParzenError) -> Estimate {
    let fit = try fitter(for: samples.table.columnNames, policy: policy)
    do throws(ParzenError) {
      return try fit(samples.usable, samples.weights, threadOptions.count)
    } catch {
      throw samples.named(error)
    }
  }

  /// The method, for those who fit many times.
  ///
  /// - Parameters:
  ///   - names: the names of the samples' columns.
  ///   - policy: that of methods that have one, without `--policy`.
  func fitter(
    for names: [String], policy: EstimationPolicy? = nil
  ) throws(ParzenError) -> Estimator.Fit {
    var options = try options()
    if method.options.contains(.policy) { options.policy = self.policy ?? policy }
    if method.options.contains(.columns) { options.columns = try columnOptions.domains(names) }
    options.keepsTies = columnOptions.keepTies
    return try method.fitter(options, dimension: names.count)
  }

  /// The choices with the network's weights.
  private func options() throws(ParzenError) -> EstimatorOptions {
    var options = choices
    options.network = try networkOptions.network.map { (path) throws(ParzenError) in
      try PretrainedNetwork(contentsOf: URL(filePath: path))
    }
    return options
  }

  /// Warns where samples are unlike those that the network was trained on, for commands that report no single
  /// estimate.
  func warnOfUnusual(_ samples: Matrix) throws(ParzenError) {
    let warnings = try method.warnings(
      samples: Double(samples.rows), dimension: samples.columns, options())
    for warning in warnings { warn(warning) }
  }

  /// The method as the analyses take it, of these samples and parts of them.
  ///
  /// - Throws: what speaks against one of the samples, by the names of their rows, which parts of them do not
  ///   have.
  func densityFit(
    for samples: Samples..., policy: EstimationPolicy? = nil
  ) throws(ParzenError) -> WeightedDensityFit {
    let names = samples[0].table.columnNames
    let domains = method.options.contains(.columns) ? try columnOptions.domains(names) : []
    for samples in samples {
      do throws(ParzenError) {
        try domains.check(samples.usable)
      } catch {
        throw samples.named(error)
      }
    }
    let labels = SampleLabels(columns: names)
    let regularises = samples.contains(where: \.isRegularised)
    let fit = try densityFit(columns: names, regularises: regularises, policy: policy)
    return { (samples, weights, threads) throws(ParzenError) in
      do throws(ParzenError) {
        return try fit(samples, weights, threads)
      } catch {
        throw error.labelled(labels)
      }
    }
  }

  /// The method as the analyses take it, of samples with so many columns.
  ///
  /// - Parameter regularises: whether a column that never varies in a part of the samples, or that others
  ///   determine there, has noise.
  func densityFit(
    columns names: [String], regularises: Bool, policy: EstimationPolicy? = nil
  ) throws(ParzenError) -> WeightedDensityFit {
    let fitter = try fitter(for: names, policy: policy)
    return { (samples, weights, threads) throws(ParzenError) in
      try fitter(regularises ? SampleDiagnosis.regularised(samples) : samples, weights, threads)
        .distribution()
    }
  }
}

extension Estimator: ExpressibleByArgument {
  public init?(argument: String) {
    guard let estimator = Self.all.first(where: { $0.name == argument }) else { return nil }
    self = estimator
  }

  public static var allValueStrings: [String] { all.map(\.name) }
  public var defaultValueDescription: String { name }
}

extension Estimator.Option {
  /// The option of the command line, as the subject of a sentence.
  fileprivate var flags: String {
    switch self {
    case .columns: "--lower, --upper, --periodic and --keep-ties are"
    case .adaptation: "--adapt is"
    case .singlePass: "--single-pass is"
    default: "--\(rawValue) is"
    }
  }
}

extension EstimationPolicy: ExpressibleByArgument {}

extension Bandwidth {
  /// The bandwidth that an argument names.
  init(argument: String) throws {
    guard let bandwidth = Bandwidth(argument) else { throw ValidationError("give \(Self.choices)") }
    self = bandwidth
  }
}

extension Report {
  /// Adds what an estimate is and rests on, and warns of what is unusual.
  ///
  /// - Parameter labels: those of the samples.
  mutating func add(_ estimate: Estimate, _ labels: SampleLabels) {
    add("method", "\(estimate.title), \(estimate.details)")
    for note in estimate.notes { add("", note.described(by: labels)) }
    for warning in estimate.warnings { warn(warning) }
  }
}
