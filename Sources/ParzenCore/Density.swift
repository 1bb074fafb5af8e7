import ParzenPlatform

/// The score of a distribution on R^d, the gradient of its log density: all that particle methods and
/// score-debiased kernel densities need. Every `Density` has one; an estimate by score matching has nothing
/// else.
///
/// Rows of a `Matrix` are points. All evaluations of one batch may run on several threads.
///
/// ```swift
/// /// A step along the score, uphill.
/// func climbed(_ points: Matrix, along score: some Score, by step: Double) throws -> Matrix {
///   let slope = try score.score(at: points)
///   return Matrix(
///     rows: points.rows, columns: points.columns,
///     elements: zip(points.elements, slope.elements).map { $0 + step * $1 })
/// }
/// ```
public protocol Score: Sendable {
  /// The dimension d of the space.
  var dimension: Int { get }

  /// The score at every query (m x d): m x d.
  ///
  /// - Throws: `ParzenError.dimensionMismatch` if `queries` has another number of columns than `dimension`.
  func score(at queries: Matrix) throws(ParzenError) -> Matrix
}

extension Score {
  /// Throws unless there is one dimension.
  ///
  /// - Parameter question: what has an answer in one dimension only, in words.
  package func checkIsLine(_ question: String) throws(ParzenError) {
    guard dimension == 1 else {
      throw .invalidOption("\(question) needs one column, but there are \(dimension): take a marginal")
    }
  }

  /// Throws unless `queries` has this dimension.
  public func check(_ queries: Matrix) throws(ParzenError) {
    guard queries.columns == dimension else {
      throw .dimensionMismatch(expected: dimension, found: queries.columns)
    }
  }
}

/// A probability density on R^d that can be evaluated: an exact distribution, or an estimate from samples.
///
/// ```swift
/// func meanLogDensity(of density: some Density, at points: Matrix) throws -> Double {
///   try density.logDensity(at: points).reduce(0, +) / Double(points.rows)
/// }
/// ```
public protocol Density: Score {
  /// The log density and the score at every query.
  ///
  /// - Parameter queries: m points, m x d.
  /// - Returns: m log densities (natural logarithm) and the m x d scores.
  /// - Throws: `ParzenError.dimensionMismatch` if `queries` has another number of columns than `dimension`.
  func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation

  /// The natural logarithm of the density at every query (m x d): m values.
  ///
  /// By default that of `evaluate`; densities whose score takes more than the log density have their own.
  ///
  /// - Throws: `ParzenError.dimensionMismatch` if `queries` has another number of columns than `dimension`.
  func logDensity(at queries: Matrix) throws(ParzenError) -> [Double]
}

/// Log density and score at m query points.
///
/// ```swift
/// let evaluation = try estimate.evaluate(at: queries)
/// let (first, gradient) = (evaluation.logDensity[0], evaluation.score[row: 0])
/// ```
public struct DensityEvaluation: Sendable, Equatable {
  /// log f(y), natural logarithm, one per query.
  public var logDensity: [Double]
  /// The score, the gradient of log f at y: m x d.
  public var score: Matrix

  /// Creates an evaluation from its parts.
  public init(logDensity: [Double], score: Matrix) {
    self.logDensity = logDensity
    self.score = score
  }
}

extension Density {
  public func logDensity(at queries: Matrix) throws(ParzenError) -> [Double] {
    try evaluate(at: queries).logDensity
  }

  /// The density at every query (m x d); zero where it underflows.
  public func density(at queries: Matrix) throws(ParzenError) -> [Double] {
    try logDensity(at: queries).map { exp($0) }
  }

  /// The score, the gradient of the log density, at every query: m x d.
  public func score(at queries: Matrix) throws(ParzenError) -> Matrix {
    try evaluate(at: queries).score
  }
}

/// A density from which exact samples can be drawn.
///
/// ```swift
/// let draws = mixture.sample(count: 1_000, using: &generator)
/// let entropy = try -mixture.logDensity(at: draws).reduce(0, +) / 1_000
/// ```
public protocol Distribution: Density {
  /// Independent draws: count x d.
  ///
  /// - Precondition: `count` is not negative.
  func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix
}

/// A density estimated from samples. What depends on the samples alone is computed once, when it is made.
///
/// ```swift
/// func heldOutLogLikelihood<Estimator: DensityEstimator>(_: Estimator.Type) throws -> Double {
///   try Estimator(samples: samples).logDensity(at: others).reduce(0, +)
/// }
/// let better = try heldOutLogLikelihood(MixtureTransformer.self) > heldOutLogLikelihood(KernelDensity.self)
/// ```
public protocol DensityEstimator: Density {
  /// Fits the estimator, with its default options, to n samples (n x d).
  ///
  /// - Throws: `ParzenError` if the samples do not determine a density in d dimensions.
  init(samples: Matrix) throws(ParzenError)
}

/// A density whose marginals have a closed form.
///
/// ```swift
/// func logDensityOfFirstColumn(_ density: some MarginalizableDensity, at place: Double) throws -> Double {
///   try density.marginal(of: [0]).logDensity(at: Matrix([[place]]))[0]
/// }
/// ```
public protocol MarginalizableDensity: Density {
  /// The type of the marginals, often the same family.
  associatedtype Marginal: Density

  /// The density of some of the coordinates, the others integrated out.
  ///
  /// - Parameter columns: the coordinates to keep, in the order wanted.
  /// - Precondition: there is at least one, and they are distinct and in `0..<dimension`.
  func marginal(of columns: [Int]) -> Marginal
}

/// Standard errors of a density estimate at m query points.
///
/// ```swift
/// let jackknife = try GroupJackknife(samples: samples) { (samples, threads) throws(ParzenError) in
///   try MixtureTransformer(samples: samples, threads: threads)
/// }
/// let errors = try jackknife.standardErrors(at: queries)
/// let (logDensity, score) = (errors.logDensity[0], errors.score[row: 0])
/// ```
public struct StandardErrors: Sendable, Equatable {
  /// Those of the log density, one per query.
  public var logDensity: [Double]
  /// Those of the components of the score: m x d.
  public var score: Matrix

  public init(logDensity: [Double], score: Matrix) {
    self.logDensity = logDensity
    self.score = score
  }
}

/// A density estimate that knows how uncertain it is.
///
/// ```swift
/// func lowerBounds(_ density: some DensityWithStandardErrors, at queries: Matrix) throws -> [Double] {
///   let (values, errors) = try (density.logDensity(at: queries), density.standardErrors(at: queries))
///   return zip(values, errors.logDensity).map { $0 - 2 * $1 }
/// }
/// ```
public protocol DensityWithStandardErrors: Density {
  /// The standard errors of the log density and of the score's components at every query.
  ///
  /// - Parameter queries: m points, m x d.
  /// - Throws: `ParzenError.dimensionMismatch` if `queries` has another number of columns than `dimension`.
  func standardErrors(at queries: Matrix) throws(ParzenError) -> StandardErrors
}
