import ArgumentParser
import Parzen

/// How a density is estimated.
enum Method: String, CaseIterable, ExpressibleByArgument {
  case mixture
  case expectationMaximization = "em"
  case kernelDensity = "kde"
  case scoreDebiased = "sd-kde"
  case crossAttention = "cross-attention"
  case attentionKernelDensity = "kde-attention"

  /// Whether the method has weights of a network.
  var isPretrained: Bool { self == .mixture || self == .crossAttention }
}

/// The method and what belongs to it.
struct MethodOptions: ParsableArguments {
  @Option(
    help: """
      The method: the pretrained mixture transformer (mixture), a mixture by expectation-maximisation and BIC (em), \
      kernel density (kde), score-debiased kernel density (sd-kde), the pretrained cross-attention transformer \
      (cross-attention), or kernel density written as one block of attention (kde-attention).
      """)
  var method = Method.mixture

  @OptionGroup var networkOptions: NetworkOptions

  @Option(
    help: """
      What the mixture transformer may rest on: every kind of estimate, in columns as they are or transformed (automatic); \
      in columns as they are (untransformed); only what follows every affine map of the samples (equivariant); or one \
      pass of the network (network). (default: automatic; untransformed for modes, network for evolve)
      """)
  var policy: EstimationPolicy?

  @Option(
    help: ArgumentHelp(
      """
      Adapt the cross-attention transformer to the samples by so many gradient steps on the consistency of its score \
      with the gradient of its log density.
      """, valueName: "steps"))
  var adapt: Int?

  @Flag(
    help: """
      One pass of the cross-attention transformer, as in its paper, for the mean over quarter turns: four times faster, \
      less accurate, and more dependent on the axes.
      """)
  var singlePass = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      The bandwidth of the kernel methods: scott, silverman, cross-validation, or a number in the units of the data, \
      the same in every dimension. (default: scott)
      """, valueName: "rule"),
    transform: Bandwidth.init(argument:))
  var bandwidth: Bandwidth?

  @Option(
    help: ArgumentHelp(
      """
      The score that debiases sd-kde: empirical (of the kernel density itself), mixture, or cross-attention. (default: \
      empirical)
      """, valueName: "name"))
  var score: DebiasingScore?

  @OptionGroup(title: "Columns") var columnOptions: ColumnOptions
  @OptionGroup var threadOptions: ThreadOptions

  /// The score with which samples are moved before kernels are put on them.
  enum DebiasingScore: String, CaseIterable, ExpressibleByArgument {
    case empirical, mixture
    case crossAttention = "cross-attention"
  }

  func validate() throws {
    if bandwidth != nil, !isKernelMethod {
      throw ValidationError("--bandwidth is for kernel densities: the method \(method.rawValue) needs none")
    }
    if method == .attentionKernelDensity, bandwidth == .silverman || bandwidth == .crossValidation {
      throw ValidationError("--bandwidth is scott or a number for the method kde-attention")
    }
    if networkOptions.network != nil, !method.isPretrained {
      throw ValidationError(
        "--network is for the methods mixture and cross-attention: leave out --method \(method.rawValue)"
      )
    }
    if singlePass, method != .crossAttention {
      throw ValidationError("--single-pass is for the method cross-attention: add --method cross-attention")
    }
    if score != nil, method != .scoreDebiased {
      throw ValidationError("--score is for the method sd-kde: add --method sd-kde")
    }
    if policy != nil, method != .mixture {
      throw ValidationError("--policy is for the method mixture: leave out --method \(method.rawValue)")
    }
    if !columnOptions.isEmpty, method != .mixture {
      throw ValidationError(
        "--lower, --upper, --periodic and --keep-ties are for the method mixture: leave out --method \(method.rawValue)"
      )
    }
    if let adapt {
      try checkingUsage { try Limits.check("--adapt", adapt, 0...Limits.repetitions) }
      guard method == .crossAttention else {
        throw ValidationError("--adapt is for the method cross-attention: add --method cross-attention")
      }
    }
  }
}

extension MethodOptions {
  /// Whether kernels are chosen, one at every sample.
  var isKernelMethod: Bool {
    [.kernelDensity, .scoreDebiased, .attentionKernelDensity].contains(method)
  }

  /// A method as a function of samples (n x d), their weights if they have any, and the most threads to use.
  typealias Fitter =
    @Sendable (_ samples: Matrix, _ sampleWeights: SampleWeights?, _ threads: Int) throws(ParzenError) ->
    FittedDensity

  /// Fits the density to samples, with their weights if they have any.
  ///
  /// - Parameter policy: that of the mixture transformer without `--policy`.
  func fit(_ samples: Samples, policy: EstimationPolicy = .automatic) throws(ParzenError) -> FittedDensity {
    try fitter(for: samples.table.columnNames, policy: policy)(
      samples.usable, samples.weights, threadOptions.count)
  }

  /// The method, for those who fit many times.
  ///
  /// - Parameters:
  ///   - names: the names of the samples' columns.
  ///   - policy: that of the mixture transformer without `--policy`.
  func fitter(
    for names: [String], policy: EstimationPolicy = .automatic
  ) throws(ParzenError) -> Fitter {
    let dimension = names.count
    let bandwidth = bandwidth ?? .scott
    switch method {
    case .mixture:
      let policy = self.policy ?? policy
      let network = try networkOptions.readOrPretrained()
      let (domains, keepsTies) = (try columnOptions.domains(names), columnOptions.keepTies)
      return { (samples, weights, threads) throws(ParzenError) in
        let density = try MixtureTransformer(
          samples: samples, sampleWeights: weights, network: network, policy: policy, columns: domains,
          keepsTies: keepsTies, threads: threads)
        return FittedDensity(
          density: density, name: "mixture transformer", details: density.summary,
          notes: density.notes(names), warnings: density.record.warnings,
          content: .transformed(density.density))
      }
    case .expectationMaximization:
      return { (samples, weights, threads) throws(ParzenError) in
        let density = try MaximumLikelihoodMixture(
          samples: samples, sampleWeights: weights, options: .init(), threads: threads)
        let choice = density.choice
        return FittedDensity(
          density: density, name: "Gaussian mixture by expectation-maximisation",
          details: """
            \(counted(choice.components, "component")) with \(choice.covariance.rawValue) covariances, \
            BIC \(short(choice.criterion))
            """, content: .mixture(density.mixture))
      }
    case .kernelDensity:
      return { (samples, weights, threads) throws(ParzenError) in
        let density = try KernelDensity(
          samples: samples, bandwidth: bandwidth, sampleWeights: weights, threads: threads)
        return FittedDensity(
          density: density, name: "kernel density estimate",
          details: Self.kernels(samples.rows, density.bandwidths),
          content: .recipe(
            EstimatorRecipe(.kernelDensity, samples: samples, sampleWeights: weights, bandwidth: bandwidth)))
      }
    case .scoreDebiased:
      let score = score ?? .empirical
      return { (samples, weights, threads) throws(ParzenError) in
        let density = try Self.scoreDebiased(samples, weights, by: score, bandwidth, threads)
        return FittedDensity(
          density: density, name: "score-debiased kernel density estimate",
          details: "\(Self.kernels(samples.rows, density.bandwidths)), \(score.rawValue) score",
          content: score != .empirical
            ? nil
            : .recipe(
              EstimatorRecipe(.scoreDebiased, samples: samples, sampleWeights: weights, bandwidth: bandwidth))
        )
      }
    case .crossAttention:
      let network: CrossAttentionWeights = try networkOptions.readCrossAttention(forDimension: dimension)
      let (steps, averagesTurns, isShipped) = (adapt, !singlePass, networkOptions.network == nil)
      return { (samples, weights, threads) throws(ParzenError) in
        let density = try CrossAttentionTransformer(
          samples: samples, sampleWeights: weights, network: network, averagesTurns: averagesTurns,
          threads: threads)
        var fitted = try Self.adapted(density, steps: steps)
        if isShipped, steps ?? 0 == 0 {
          fitted.content = .recipe(
            EstimatorRecipe(
              .crossAttention, samples: samples, sampleWeights: weights, singlePass: !averagesTurns))
        }
        return fitted
      }
    case .attentionKernelDensity:
      return { (samples, weights, threads) throws(ParzenError) in
        guard weights == nil else {
          throw .invalidOption("the method kde-attention takes no weights of samples: use the method kde")
        }
        let density =
          if case .fixed(let width) = bandwidth {
            try AttentionKernelDensity(samples: samples, bandwidth: width, threads: threads)
          } else { try AttentionKernelDensity(samples: samples) }
        return FittedDensity(
          density: density, name: "kernel density estimate as one block of attention",
          details: Self.kernels(samples.rows, [density.bandwidth]),
          content: .recipe(EstimatorRecipe(.attentionKernelDensity, samples: samples, bandwidth: bandwidth)))
      }
    }
  }

  private static func scoreDebiased(
    _ samples: Matrix, _ weights: SampleWeights?, by score: DebiasingScore, _ bandwidth: Bandwidth,
    _ threads: Int
  ) throws(ParzenError) -> ScoreDebiasedKernelDensity {
    let learned: any Score
    switch score {
    case .empirical:
      return try ScoreDebiasedKernelDensity(
        samples: samples, bandwidth: bandwidth, sampleWeights: weights, threads: threads)
    case .mixture:
      learned = try MixtureTransformer(samples: samples, sampleWeights: weights, threads: threads)
    case .crossAttention:
      learned = try CrossAttentionTransformer(
        samples: samples, sampleWeights: weights, network: nil, threads: threads)
    }
    return try ScoreDebiasedKernelDensity(
      samples: samples, score: learned, bandwidth: bandwidth, sampleWeights: weights, threads: threads)
  }

  /// The transformer after some steps of test-time training, with what they did to its loss.
  private static func adapted(
    _ density: CrossAttentionTransformer, steps: Int?
  ) throws(ParzenError) -> FittedDensity {
    let configuration = density.network.configuration
    let details = "\(configuration.layers) layers of \(counted(configuration.heads, "head"))"
    let name = "cross-attention transformer"
    guard let steps, steps > 0 else {
      return FittedDensity(density: density, name: name, details: details)
    }
    let adaptation = try density.adapted(steps: steps)
    let (before, after) = (short(adaptation.losses[0]), short(adaptation.losses[adaptation.losses.count - 1]))
    return FittedDensity(
      density: adaptation.estimator, name: name,
      details: "\(details), \(counted(steps, "step")) of adaptation: consistency loss \(before) to \(after)")
  }

  /// Warns where samples are unlike those that the network was trained on, for commands that report no single
  /// estimate.
  func warnOfUnusual(_ samples: Matrix) throws(ParzenError) {
    guard method == .mixture else { return }
    let record = try networkOptions.readOrPretrained().record
    for warning in record.warnings(samples: Double(samples.rows), dimension: samples.columns) {
      warn(warning)
    }
  }

  /// The method as the analyses take it.
  func densityFit(
    for names: [String], policy: EstimationPolicy = .automatic
  ) throws(ParzenError) -> WeightedDensityFit {
    let fitter = try fitter(for: names, policy: policy)
    return { (samples, weights, threads) throws(ParzenError) in
      try fitter(samples, weights, threads).distribution()
    }
  }

  private static func kernels(_ count: Int, _ bandwidths: [Double]) -> String {
    "\(counted(count, "Gaussian kernel")) of bandwidth \(shortList(bandwidths.map(short)))"
  }
}

extension Bandwidth {
  /// The bandwidth that an argument names.
  init(argument: String) throws {
    switch argument {
    case "scott": self = .scott
    case "silverman": self = .silverman
    case "cross-validation": self = .crossValidation
    default:
      guard let value = Double(argument) else {
        throw ValidationError("give scott, silverman, cross-validation or a number")
      }
      guard value > 0, value.isFinite else {
        throw ValidationError("a bandwidth must be positive and finite")
      }
      self = .fixed(value)
    }
  }
}
