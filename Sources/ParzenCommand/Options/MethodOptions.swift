import ArgumentParser
import Parzen

/// How a density is estimated.
enum Method: String, CaseIterable, ExpressibleByArgument {
  case mixture
  case expectationMaximization = "em"
  case kernelDensity = "kde"
  case scoreDebiased = "sd-kde"
}

/// The method and what belongs to it.
struct MethodOptions: ParsableArguments {
  @Option(
    help: """
      The method: the pretrained mixture transformer (mixture), a mixture by expectation-maximisation and BIC (em), \
      kernel density (kde), or score-debiased kernel density (sd-kde).
      """)
  var method = Method.mixture

  @OptionGroup var weightOptions: WeightOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      The bandwidth of the kernel methods: scott, silverman, cross-validation, or a number in the units of the data, \
      the same in every dimension. (default: scott)
      """, valueName: "rule"),
    transform: Bandwidth.init(argument:))
  var bandwidth: Bandwidth?

  @OptionGroup var threadOptions: ThreadOptions

  func validate() throws {
    if bandwidth != nil, !isKernelMethod {
      throw ValidationError("--bandwidth is for kde and sd-kde: mixtures need none")
    }
    if weightOptions.weights != nil, method != .mixture {
      throw ValidationError(
        "--weights are those of the method mixture: leave out --method \(method.rawValue)")
    }
  }
}

extension MethodOptions {
  /// Whether kernels are chosen, one at every sample.
  var isKernelMethod: Bool { method == .kernelDensity || method == .scoreDebiased }

  /// Fits the density to samples (n x d).
  func fit(_ samples: Matrix) throws(ParzenError) -> FittedDensity {
    try fitter(forDimension: samples.columns)(samples, threadOptions.count)
  }

  /// The method as a function of samples in d dimensions and the most threads to use, for those who fit many times.
  func fitter(
    forDimension dimension: Int
  ) throws(ParzenError) -> @Sendable (Matrix, Int) throws(ParzenError) -> FittedDensity {
    let bandwidth = bandwidth ?? .scott
    switch method {
    case .mixture:
      let weights = try weightOptions.read(forDimension: dimension)
      return { (samples, threads) throws(ParzenError) in
        let density = try MixtureTransformer(samples: samples, weights: weights, threads: threads)
        return FittedDensity(
          density: density, name: "mixture transformer",
          details: counted(density.mixture.weights.count, "Gaussian component"))
      }
    case .expectationMaximization:
      return { (samples, threads) throws(ParzenError) in
        let density = try MaximumLikelihoodMixture(samples: samples, options: .init(), threads: threads)
        let choice = density.choice
        return FittedDensity(
          density: density, name: "Gaussian mixture by expectation-maximisation",
          details: """
            \(counted(choice.components, "component")) with \(choice.covariance.rawValue) covariances, \
            BIC \(short(choice.criterion))
            """)
      }
    case .kernelDensity:
      return { (samples, threads) throws(ParzenError) in
        let density = try KernelDensity(samples: samples, bandwidth: bandwidth, threads: threads)
        return FittedDensity(
          density: density, name: "kernel density estimate",
          details: Self.kernels(samples.rows, density.bandwidths))
      }
    case .scoreDebiased:
      return { (samples, threads) throws(ParzenError) in
        let density = try ScoreDebiasedKernelDensity(samples: samples, bandwidth: bandwidth, threads: threads)
        return FittedDensity(
          density: density, name: "score-debiased kernel density estimate",
          details: Self.kernels(samples.rows, density.bandwidths))
      }
    }
  }

  /// The method as the analyses take it.
  func densityFit(forDimension dimension: Int) throws(ParzenError) -> DensityFit {
    let fitter = try fitter(forDimension: dimension)
    return { (samples, threads) throws(ParzenError) in try fitter(samples, threads).density }
  }

  private static func kernels(_ count: Int, _ bandwidths: [Double]) -> String {
    "\(counted(count, "Gaussian kernel")) of bandwidth \(shortList(bandwidths.map(short)))"
  }
}

/// A density fitted to samples, and what a report says about it.
struct FittedDensity: Sendable {
  let density: any MarginalizableDensity & Distribution
  /// The method, for instance "kernel density estimate".
  let name: String
  /// What was fitted, for instance the number of components.
  let details: String
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
