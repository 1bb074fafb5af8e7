import ParzenCore
import ParzenDistributions

/// A fitted density, and what a report says about it.
///
/// ```swift
/// let fit = try Estimator.named("kde").fitter(dimension: samples.columns)
/// let estimate = try fit(samples, nil, 2)
/// print(estimate.title, estimate.details)
/// let logDensity = try estimate.density.logDensity(at: queries)
/// ```
public struct Estimate: Sendable {
  public let density: any Density
  /// What it is called, for instance "kernel density estimate".
  public let title: String
  /// What was fitted, for instance the number of components, in words.
  public var details: String
  /// What else a report says, one line each.
  public var notes: [SampleMessage]
  /// What is unusual, one sentence each.
  public var warnings: [String]
  /// What a file keeps of it; nil where it cannot be saved.
  public var content: SavedFit.Content?
  /// What was fitted, as far as there is something to say, for other programs.
  public var facts: Facts

  /// What was fitted.
  public struct Facts: Encodable, Sendable {
    /// `Estimator.kind`, or what else it is.
    public var kind: String
    /// The bandwidths of kernels along each axis.
    public var bandwidths: [Double]?
    /// How columns are transformed, where one is; a text for each.
    public var transformations: [String]?
    /// What a mixture transformer's estimate rests on.
    public var record: EstimateRecord?
    /// What a search tried.
    public var candidates: [Candidate]?
    /// What it chose.
    public var covariance: String?
    public var criterion: Double?
    public var converged: Bool?

    public init(kind: String) { self.kind = kind }

    /// One number of components that was tried.
    public struct Candidate: Encodable, Sendable {
      public var covariance: String
      public var components: Int
      public var logLikelihood: Double
      public var criterion: Double
      public var converged: Bool
    }
  }

  public init(
    density: any Density, title: String, details: String = "", notes: [SampleMessage] = [],
    warnings: [String] = [],
    content: SavedFit.Content? = nil, facts: Facts? = nil
  ) {
    self.density = density
    self.title = title
    self.details = details
    self.notes = notes
    self.warnings = warnings
    self.content = content
    self.facts = facts ?? Facts(kind: title)
  }
}

extension Estimate {
  /// The density as one to draw from.
  ///
  /// - Throws: `ParzenError.invalidOption` if it is none.
  public func distribution() throws(ParzenError) -> any Distribution {
    guard let distribution = density as? any Distribution else {
      throw .invalidOption("the \(title) has no exact draws: take the method \(Self.mixtureMethods)")
    }
    return distribution
  }

  /// The density as a mixture of Gaussians, a kernel each if it is a kernel density.
  ///
  /// - Throws: `ParzenError.invalidOption` if it is none.
  public func gaussianMixture() throws(ParzenError) -> any GaussianMixtureDensity {
    if let transformed {
      if let mixture = transformed.gaussianMixture { return mixture }
      throw .invalidOption(
        "the estimate is a mixture of transformed columns: take `policy = untransformed`, without bounds and "
          + "periods")
    }
    guard let mixture = density as? any GaussianMixtureDensity else {
      throw .invalidOption(
        "the \(title) is no mixture of Gaussians: take the method \(Self.mixtureMethods)")
    }
    return mixture
  }

  /// The density as a mixture in coordinates of the columns, as questions are put to it.
  ///
  /// - Throws: `ParzenError.invalidOption` if it is none.
  public func transformedMixture() throws(ParzenError) -> TransformedMixture {
    if let transformed { return transformed }
    return try TransformedMixture(gaussianMixture().mixture)
  }

  /// The mixture with the transformations of its columns, where it has some, perhaps none that does anything.
  package var transformed: TransformedMixture? {
    (density as? MixtureTransformer)?.density ?? density as? TransformedMixture
  }

  /// The methods whose estimates are mixtures, in words.
  package static var mixtureMethods: String { Estimator.names { $0.isMixture } }
}
