import ParzenCore

/// An estimator of the package as programs offer it: its name, what it is, which options it takes, and the
/// fit itself.
///
/// `Estimator.all` is the one catalogue that the tool, its help and `parzen info`, the measurements of
/// `parzen evaluate`, saved fits and the C interface read. Who knows which estimator is wanted takes its
/// type, for instance `KernelDensity`; who is told a name takes this.
///
/// ```swift
/// let estimator = try Estimator.named("kde")
/// let fit = try estimator.fitter(EstimatorOptions(bandwidth: .silverman), dimension: samples.columns)
/// let estimate = try fit(samples, nil, Parallelism.threads)
/// let logDensity = try estimate.density.logDensity(at: queries)
/// ```
public struct Estimator: Sendable {
  /// The name, for instance "kde".
  public let name: String
  /// What the estimate is called in reports, for instance "kernel density estimate".
  public let title: String
  /// What it is called in files and by other programs, for instance "kernel density": never changed.
  public let kind: String
  /// What it is, in words that a list can have, for instance "kernel density".
  public let summary: String
  /// The options that it takes.
  public let options: Set<Option>
  /// Whether the estimate is a mixture of Gaussians, with exact draws, marginals and conditionals.
  public let isMixture: Bool
  /// Whether the estimate has a kernel at every sample. Weights of samples are proportions then.
  public let isKernelDensity: Bool
  /// What is measured of it beside the defaults.
  package let variants: [Variant]
  /// The record of the network that reads samples of some dimension; nil without a network.
  private let record: (@Sendable (EstimatorOptions, Int) throws(ParzenError) -> TrainingRecord)?
  /// Throws for values of options that make no sense together with this estimator.
  private let check: @Sendable (EstimatorOptions) throws(ParzenError) -> Void
  private let prepare: @Sendable (EstimatorOptions, Int) throws(ParzenError) -> Fit

  /// A fit: samples (n x d), their weights if they have any, the most threads to use.
  public typealias Fit =
    @Sendable (_ samples: Matrix, _ sampleWeights: SampleWeights?, _ threads: Int) throws(ParzenError) ->
    Estimate

  /// An estimator with other options, and a name for that.
  package struct Variant: Sendable {
    package let name: String
    package let options: EstimatorOptions
  }

  /// A variant whose options differ from the defaults.
  static func variant(_ name: String, _ change: (inout EstimatorOptions) -> Void) -> Variant {
    var options = EstimatorOptions()
    change(&options)
    return Variant(name: name, options: options)
  }

  init(
    name: String, title: String, kind: String, summary: String, options: Set<Option> = [],
    isMixture: Bool, isKernelDensity: Bool = false, variants: [Variant] = [],
    record: (@Sendable (EstimatorOptions, Int) throws(ParzenError) -> TrainingRecord)? = nil,
    check: @escaping @Sendable (EstimatorOptions) throws(ParzenError) -> Void = { _ in },
    prepare: @escaping @Sendable (EstimatorOptions, Int) throws(ParzenError) -> Fit
  ) {
    self.name = name
    self.title = title
    self.kind = kind
    self.summary = summary
    self.options = options
    self.isMixture = isMixture
    self.isKernelDensity = isKernelDensity
    self.variants = variants
    self.record = record
    self.check = check
    self.prepare = prepare
  }
}

extension Estimator {
  /// All estimators, the default first. A new one is a line here.
  public static let all: [Estimator] = [
    .mixtureTransformer,
    .maximumLikelihoodMixture,
    .kernelDensity,
    .scoreDebiasedKernelDensity,
    .crossAttentionTransformer,
    .attentionKernelDensity,
  ]

  /// The estimator of a name.
  ///
  /// - Throws: `ParzenError.invalidOption`, with all names, if there is none.
  public static func named(_ name: String) throws(ParzenError) -> Estimator {
    guard let estimator = all.first(where: { $0.name == name }) else {
      throw .invalidOption("there is no method \"\(name)\": take \(enumeration(all.map(\.name)))")
    }
    return estimator
  }

  /// The names of the estimators with some property, as an enumeration.
  package static func names(where condition: (Estimator) -> Bool, _ last: String = "or") -> String {
    enumeration(all.filter(condition).map(\.name), last)
  }

  /// Whether the estimator rests on a network with weights.
  public var isPretrained: Bool { options.contains(.network) }

  /// The first of some options that this estimator does not take.
  public func refused(_ given: Set<Option>) -> Option? {
    Option.allCases.first { given.contains($0) && !options.contains($0) }
  }

  /// Throws unless the options make sense for this estimator.
  public func validate(_ options: EstimatorOptions) throws(ParzenError) {
    if let option = refused(options.given) {
      throw .invalidOption(
        "the method \(name) takes no \(option.rawValue): that is for "
          + Self.names(where: { $0.options.contains(option) }, "and"))
    }
    try check(options)
  }

  /// The fit with some options, for any number of samples.
  ///
  /// - Parameter dimension: that of the samples.
  /// - Throws: `ParzenError.invalidOption` for options that this estimator does not take, and for values that
  ///   make no sense. The fit throws what the estimator's type throws.
  public func fitter(
    _ options: EstimatorOptions = EstimatorOptions(), dimension: Int
  ) throws(ParzenError) -> Fit {
    try validate(options)
    return try prepare(options, dimension)
  }

  /// What is unusual about samples for the weights of this estimator's network, one sentence each.
  ///
  /// - Parameters:
  ///   - n: the number of samples.
  ///   - d: their dimension.
  public func warnings(
    samples n: Double, dimension d: Int, _ options: EstimatorOptions
  ) throws(ParzenError) -> [String] {
    try record?(options, d).warnings(samples: n, dimension: d) ?? []
  }
}

extension Estimator: Hashable {
  public static func == (a: Estimator, b: Estimator) -> Bool { a.name == b.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
