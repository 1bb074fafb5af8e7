import ParzenAnalysis
import ParzenCore
import ParzenDistributions
import ParzenEstimators

/// How a density is estimated: a method with its options.
enum Method: Sendable {
  case mixture(policy: EstimationPolicy, regularise: Bool)
  case expectationMaximization(MaximumLikelihoodMixture.Options)
  case kernelDensity(KernelOptions)
  case scoreDebiased(KernelOptions)
  case crossAttention(regularise: Bool)

  struct KernelOptions: Sendable {
    var bandwidth: Bandwidth
    var covariance: KernelCovariance
    var tolerance: Double
  }

  /// Takes the method out of options.
  init(_ options: inout Options) throws(ParzenError) {
    let name = try options.text("method", default: "mixture")
    switch name {
    case "mixture":
      let policies = EstimationPolicy.allCases.map { ($0.rawValue, $0) }
      self = .mixture(
        policy: try options.choice("policy", of: policies) ?? .automatic,
        regularise: try options.flag("regularise", default: false))
    case "em":
      var choices = MaximumLikelihoodMixture.Options()
      choices.covariance = try options.choice(
        "covariance", of: MixtureCovariance.allCases.map { ($0.rawValue, $0) })
      choices.components = try options.range("components", in: 1...1024) ?? choices.components
      choices.seed = try options.seed(default: choices.seed)
      self = .expectationMaximization(choices)
    case "kde": self = .kernelDensity(try KernelOptions(&options))
    case "sd-kde": self = .scoreDebiased(try KernelOptions(&options))
    case "cross-attention": self = .crossAttention(regularise: try options.flag("regularise", default: false))
    default:
      throw .invalidOption(
        "there is no method \"\(name)\": take mixture, em, kde, sd-kde or cross-attention")
    }
  }

  /// The fit to samples, n x d.
  func fit(_ samples: Matrix, weights: [Double]?, threads: Int) throws(ParzenError) -> FittedDensity {
    let sampleWeights = weights.map { SampleWeights.counts($0) }
    switch self {
    case .mixture(let policy, let regularise):
      return FittedDensity(
        try MixtureTransformer(
          samples: samples, sampleWeights: sampleWeights, policy: policy, regularise: regularise,
          threads: threads))
    case .expectationMaximization(let options):
      return FittedDensity(
        try MaximumLikelihoodMixture(
          samples: samples, sampleWeights: sampleWeights, options: options, threads: threads))
    case .kernelDensity(let options):
      return FittedDensity(
        try KernelDensity(
          samples: samples, bandwidth: options.bandwidth, covariance: options.covariance,
          sampleWeights: weights.map { .proportions($0) }, tolerance: options.tolerance, threads: threads))
    case .scoreDebiased(let options):
      return FittedDensity(
        try ScoreDebiasedKernelDensity(
          samples: samples, bandwidth: options.bandwidth, covariance: options.covariance,
          sampleWeights: weights.map { .proportions($0) }, tolerance: options.tolerance, threads: threads))
    case .crossAttention(let regularise):
      return FittedDensity(
        try CrossAttentionTransformer(
          samples: samples, sampleWeights: sampleWeights, regularise: regularise, threads: threads))
    }
  }

  /// The fit as analyses want it, each a piece of the work that is watched.
  func densityFit(_ watch: Watch) -> DensityFit {
    { (samples, threads) throws(ParzenError) in
      try watch.begin()
      let fitted = try fit(samples, weights: nil, threads: threads).density
      watch.end()
      guard let distribution = fitted as? any Distribution else {
        throw .invalidOption("this method has no exact draws: take mixture, em, kde or sd-kde")
      }
      return distribution
    }
  }
}

extension Method.KernelOptions {
  init(_ options: inout Options) throws(ParzenError) {
    switch options.value("bandwidth") {
    case nil: bandwidth = .scott
    case .number(let width)?: bandwidth = .fixed(width)
    case .text("scott")?: bandwidth = .scott
    case .text("silverman")?: bandwidth = .silverman
    case .text("cross-validation")?: bandwidth = .crossValidation
    default:
      throw .invalidOption(
        "bandwidth: give scott, silverman, cross-validation, or a number in the units of the data")
    }
    covariance =
      try options.choice("covariance", of: [("diagonal", KernelCovariance.diagonal), ("full", .full)])
      ?? .diagonal
    tolerance = try options.number("tolerance") ?? 1e-5
  }
}

extension Options {
  /// One of some values by name.
  mutating func choice<Choice>(
    _ name: String, of choices: [(name: String, value: Choice)]
  ) throws(ParzenError) -> Choice? {
    let given = try text(name, default: "")
    guard !given.isEmpty else { return nil }
    guard let choice = choices.first(where: { $0.name == given }) else {
      throw .invalidOption("\(name) is \"\(given)\": give \(choices.map(\.name).joined(separator: " or "))")
    }
    return choice.value
  }
}
