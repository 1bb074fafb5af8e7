import ParzenAnalysis
import ParzenCore
import ParzenDistributions
import ParzenEstimators

/// How a density is estimated: an estimator of the catalogue with its options.
struct Method: Sendable {
  let estimator: Estimator
  let options: EstimatorOptions

  /// Takes the method out of options.
  init(_ given: inout Options) throws(ParzenError) {
    estimator = try .named(given.text("method", default: Estimator.all[0].name))
    var options = EstimatorOptions()
    for option in Estimator.Option.allCases where estimator.options.contains(option) {
      try given.take(option, into: &options)
    }
    self.options = options
  }

  /// The fit to samples, n x d.
  func fit(_ samples: Matrix, weights: SampleWeights?, threads: Int) throws(ParzenError) -> FittedDensity {
    let fit = try estimator.fitter(options, dimension: samples.columns)
    return FittedDensity(try fit(samples, weights, threads))
  }

  /// Weights as a caller gives them: of kernels in any units, else how often each sample counts.
  func sampleWeights(_ weights: [Double]) -> SampleWeights {
    estimator.isKernelDensity ? .proportions(weights) : .counts(weights)
  }

  /// The fit as analyses want it.
  var densityFit: DensityFit {
    { (samples, threads) throws(ParzenError) in try weightedDensityFit(samples, nil, threads) }
  }

  /// The same with weights of the samples.
  var weightedDensityFit: WeightedDensityFit {
    { (samples, weights, threads) throws(ParzenError) in
      try fit(samples, weights: weights, threads: threads).estimate.distribution()
    }
  }
}

extension Options {
  /// Takes an option of an estimator, if it is given.
  fileprivate mutating func take(
    _ option: Estimator.Option, into options: inout EstimatorOptions
  ) throws(ParzenError) {
    switch option {
    case .bandwidth: options.bandwidth = try bandwidth()
    case .covariance:
      options.covariance = try choice(
        "covariance", of: MixtureCovariance.allCases.map { ($0.rawValue, $0) })
    case .tolerance: options.tolerance = try number("tolerance")
    case .components: options.components = try range("components", in: 1...1024)
    case .seed: options.seed = try integer("seed", in: 0...Int.max).map(UInt64.init)
    case .policy:
      options.policy = try choice("policy", of: EstimationPolicy.allCases.map { ($0.rawValue, $0) })
    case .regularise: options.regularise = try flag("regularise", default: false)
    case .adaptation: options.adaptationSteps = try integer("adaptation_steps", in: 0...Limits.repetitions)
    case .singlePass: options.singlePass = try flag("single_pass", default: false)
    case .score:
      let name = try text("score", default: "empirical")
      options.score = name == "empirical" ? nil : name
    // Files are not read here, and domains are no numbers, texts or lists of numbers.
    case .columns, .network: break
    }
  }

  /// A rule for the width of kernels, or a number.
  private mutating func bandwidth() throws(ParzenError) -> Bandwidth? {
    switch value("bandwidth") {
    case nil: return nil
    case .number(let width)?: return .fixed(width)
    case .text(let text)?:
      if let bandwidth = Bandwidth(text) { return bandwidth }
    default: break
    }
    throw .invalidOption("bandwidth: give \(Bandwidth.choices)")
  }

  /// One of some values by name.
  mutating func choice<Choice>(
    _ name: String, of choices: [(name: String, value: Choice)]
  ) throws(ParzenError) -> Choice? {
    let given = try text(name, default: "")
    guard !given.isEmpty else { return nil }
    guard let choice = choices.first(where: { $0.name == given }) else {
      throw .invalidOption("\(name) is \"\(given)\": give \(enumeration(choices.map(\.name)))")
    }
    return choice.value
  }
}
