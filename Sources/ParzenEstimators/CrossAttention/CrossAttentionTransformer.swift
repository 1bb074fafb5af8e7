import Foundation
import ParzenCore
import ParzenNetworks

/// The cross-attention transformer of Ilin & Sushko (arXiv 2511.05924): queries attend to the samples through a trained
/// network, whose two heads give the log density and the score.
///
/// The reference that the mixture transformer is compared with. Its weights belong to one dimension; its density need not
/// integrate to one, nor is its score exactly the gradient of its log density (see `adapted`). It does not depend on the
/// order of the samples, follows shifts and scales of the columns up to rounding, and rotations approximately.
///
/// - Complexity: fitting takes O(layers * n * width * (n + width)) time and O(layers * n * width) memory, each query
///   O(layers * width * (n + width)) time.
public struct CrossAttentionTransformer: DensityEstimator {
  /// The weights.
  public let weights: CrossAttentionWeights
  /// The most threads that fitting and evaluations use. The results do not depend on it.
  public let threads: Int
  let whitening: Whitening
  /// Whitened samples, n x d.
  let samples: Matrix
  /// How many samples each row stands for; nil for one each.
  let counts: [Double]?
  private let context: CrossAttentionContext<Float>

  public var dimension: Int { whitening.dimension }

  /// Fits the shipped weights' estimator to samples, n x d.
  ///
  /// - Throws: `ParzenError.invalidOption` if no weights ship for d dimensions; see also the other initialiser.
  public init(samples: Matrix) throws(ParzenError) {
    try self.init(samples: samples, weights: nil)
  }

  /// Fits to samples.
  ///
  /// - Parameters:
  ///   - samples: n points in d dimensions, n x d, with n at least d + 2.
  ///   - sampleWeights: the weights of the samples, which multiply their attention weights in every layer; ones when nil.
  ///   - weights: weights of the network for d dimensions; nil for the shipped ones.
  ///   - regularise: accepts constant and linearly dependent columns, see `Whitening`.
  ///   - threads: the most threads to use.
  /// - Throws: `ParzenError.unusableSamples` for too few, identical, not finite or (unless `regularise`) singular samples;
  ///   `ParzenError.dimensionMismatch` for weights of another dimension; `ParzenError.invalidOption` for weights of samples
  ///   that make no sense.
  public init(
    samples: Matrix, sampleWeights: SampleWeights? = nil, weights: CrossAttentionWeights?,
    regularise: Bool = false,
    threads: Int = ProcessInfo.processInfo.activeProcessorCount
  ) throws(ParzenError) {
    var chosen = weights
    if chosen == nil { chosen = try .pretrained(dimension: samples.columns) }
    let weights = chosen!
    guard weights.configuration.dimension == samples.columns else {
      throw .dimensionMismatch(expected: weights.configuration.dimension, found: samples.columns)
    }
    let samples = regularise ? SampleDiagnosis(samples).regularised(samples) : samples
    let moments = try SampleMoments(samples, weights: sampleWeights)
    let whitening = try Whitening(moments, form: .symmetric)
    self.init(
      weights: weights, whitening: whitening, samples: whitening.whiten(moments.samples),
      counts: moments.counts, threads: threads)
  }

  /// The shipped weights' estimator without whitening, as an ablation: the network sees the samples as they are.
  package init(unwhitenedSamples samples: Matrix, threads: Int) throws(ParzenError) {
    self.init(
      weights: try .pretrained(dimension: samples.columns), whitening: .identity(samples.columns),
      samples: samples, counts: nil, threads: threads)
  }

  /// - Parameter samples: whitened, n x d.
  init(
    weights: CrossAttentionWeights, whitening: Whitening, samples: Matrix, counts: [Double]?, threads: Int
  ) {
    self.weights = weights
    self.whitening = whitening
    self.samples = samples
    self.counts = counts
    self.threads = threads
    context = CrossAttentionContext(
      weights.configuration, parameters: weights.parameters, samples: samples.elements.map { Float($0) },
      weights: counts.map { $0.map { Float($0) } }, threads: threads)
  }

  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try check(queries)
    let whitened = whitening.whiten(queries).elements.map { Float($0) }
    let (logDensity, score) = context.evaluate(at: whitened, threads: threads)
    return whitening.unwhiten(
      DensityEvaluation(
        logDensity: logDensity.map { Double($0) },
        score: Matrix(rows: queries.rows, columns: dimension, elements: score.map { Double($0) })))
  }

  /// How much each sample counts for a query, in every layer and head: weights that sum to one, layers x heads x n.
  ///
  /// - Parameter query: d coordinates.
  /// - Throws: `ParzenError.dimensionMismatch` for another number of coordinates.
  public func attentionWeights(at query: [Double]) throws(ParzenError) -> [[[Double]]] {
    let point = Matrix(rows: 1, columns: query.count, elements: query)
    try check(point)
    let weights = context.attentionWeights(of: whitening.whiten(point).elements.map { Float($0) })
    return weights.map { layer in layer.map { head in head.map { Double($0) } } }
  }
}
