import ParzenCore
import ParzenKernels
import ParzenNetworks

/// The cross-attention transformer of Ilin & Sushko (arXiv 2511.05924): queries attend to the samples through
/// a trained network, whose two heads give the log density and the score.
///
/// The reference that the mixture transformer is compared with. Its weights belong to one dimension; its
/// density need not integrate to one, nor is its score exactly the gradient of its log density (see
/// `adapted`). It does not depend on the order of the samples and follows shifts and scales of the columns up
/// to rounding. Rotations it follows approximately, as it has learned to; so by default the estimate is the
/// mean over four quarter turns of samples and queries, which lowers its error, and the part that depends on
/// the axes to about a seventh.
///
/// Far from all samples, where the network has never been, the estimate goes on as a Gaussian of the samples'
/// covariance (see `GaussianTail`).
///
/// - Complexity: fitting takes O(layers * n * width * (n + width)) time and O(layers * n * width) memory,
///   each query O(layers * width * (n + width)) time; times four (two in one dimension) with the quarter
///   turns.
///
/// ```swift
/// let estimate = try CrossAttentionTransformer(samples: samples)
/// let both = try estimate.evaluate(at: queries)
/// let weights = try estimate.weightings(at: [0, 1])
/// ```
public struct CrossAttentionTransformer: DensityEstimator {
  /// The weights of the network.
  public let network: CrossAttentionWeights
  /// The most threads that fitting and evaluations use. The results do not depend on it.
  public let threads: Int
  let whitening: Whitening
  /// The distinct samples, whitened and in ascending order, n x d.
  let samples: Matrix
  /// How many samples each of them stands for; nil for one each.
  let counts: [Double]?
  /// Where each of the samples given is among the distinct ones, and which part of its weight is this one's.
  let places: [SamplePlace]
  /// The whitened distance from the mean up to which the network is asked: twice that of the farthest sample,
  /// at least 8.
  private let reach: Double
  /// Whether estimates are means over quarter turns.
  let averagesTurns: Bool
  /// The samples as the network has read them, after 0, 1, ... quarter turns.
  private let contexts: [CrossAttentionContext<Float>]

  public var dimension: Int { whitening.dimension }

  /// Fits the shipped network's estimator to samples, n x d.
  ///
  /// - Throws: `ParzenError.invalidOption` if no weights ship for d dimensions; see also the other
  ///   initialiser.
  public init(samples: Matrix) throws(ParzenError) {
    try self.init(samples: samples, network: nil)
  }

  /// Fits to samples.
  ///
  /// - Parameters:
  ///   - samples: n points in d dimensions, n x d, with n at least d + 2.
  ///   - sampleWeights: the weights of the samples, which multiply their attention weights in every layer;
  ///     ones when nil.
  ///   - network: weights of the network for d dimensions; nil for the shipped ones.
  ///   - regularise: accepts constant and linearly dependent columns, see `Whitening`.
  ///   - averagesTurns: whether to take the mean over quarter turns; false is the paper's single pass of the
  ///     network.
  ///   - threads: the most threads to use.
  /// - Throws: `ParzenError.unusableSamples` for too few, identical, not finite or (unless `regularise`)
  ///   singular samples; `ParzenError.invalidOption` for a network of another dimension and for weights of
  ///   samples that make no sense.
  public init(
    samples: Matrix, sampleWeights: SampleWeights? = nil, network: CrossAttentionWeights? = nil,
    regularise: Bool = false, averagesTurns: Bool = true,
    threads: Int = Parallelism.threads
  ) throws(ParzenError) {
    var chosen = network
    if chosen == nil { chosen = try .pretrained(dimension: samples.columns) }
    let network = chosen!
    guard network.configuration.dimension == samples.columns else {
      throw .invalidOption(
        """
        the network is for \(network.configuration.dimension) dimensions, but the samples have \
        \(samples.columns): give one that was trained for as many
        """)
    }
    let samples = regularise ? SampleDiagnosis.regularised(samples) : samples
    let moments = try SampleMoments(given: samples, weights: sampleWeights)
    let whitening = try Whitening(moments, form: .symmetric)
    self.init(
      network: network, whitening: whitening, samples: whitening.whitened(moments.samples),
      counts: moments.counts, places: SamplePlace.all(of: samples, sampleWeights, moments),
      averagesTurns: averagesTurns, threads: threads)
  }

  /// The shipped network's estimator without whitening, as an ablation: the network sees the samples as they
  /// are.
  package init(unwhitenedSamples samples: Matrix, threads: Int) throws(ParzenError) {
    self.init(
      network: try .pretrained(dimension: samples.columns), whitening: .identity(samples.columns),
      samples: samples, counts: nil, places: (0..<samples.rows).map { SamplePlace(row: $0, share: 1) },
      averagesTurns: true, threads: threads)
  }

  /// - Parameter samples: whitened, n x d.
  init(
    network: CrossAttentionWeights, whitening: Whitening, samples: Matrix, counts: [Double]?,
    places: [SamplePlace], averagesTurns: Bool, threads: Int
  ) {
    self.network = network
    self.whitening = whitening
    self.samples = samples
    self.counts = counts
    self.places = places
    self.averagesTurns = averagesTurns
    self.threads = threads
    let farthest = (0..<samples.rows).reduce(0) { max($0, samples[row: $1].reduce(0) { $0 + $1 * $1 }) }
    reach = max(8, 2 * farthest.squareRoot())
    let turns = averagesTurns ? QuarterTurns.count(dimension: samples.columns) : 1
    contexts = (0..<turns).map { turn in
      CrossAttentionContext(
        network.configuration, parameters: network.parameters,
        samples: QuarterTurns.turned(samples, by: turn).elements.map { Float($0) },
        weights: counts.map { $0.map { Float($0) } }, threads: threads)
    }
  }

  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try check(queries)
    let tail = GaussianTail(of: whitening.whitened(queries), beyond: reach)
    return whitening.unwhiten(tail.continuing(networkEvaluation(at: tail.nearest)))
  }

  /// The network's estimates at whitened queries that are within its reach.
  private func networkEvaluation(at whitened: Matrix) -> DensityEvaluation {
    let share = 1 / Double(contexts.count)
    var mean = DensityEvaluation(
      logDensity: [Double](repeating: 0, count: whitened.rows),
      score: Matrix(rows: whitened.rows, columns: dimension))
    for (turn, context) in contexts.enumerated() {
      let points = QuarterTurns.turned(whitened, by: turn).elements.map { Float($0) }
      let (logDensity, score) = context.evaluate(at: points, threads: threads)
      let turned = Matrix(rows: whitened.rows, columns: dimension, elements: score.map { Double($0) })
      let back = QuarterTurns.turned(turned, by: -turn)
      for i in logDensity.indices { mean.logDensity[i] += share * Double(logDensity[i]) }
      for i in back.elements.indices { mean.score.elements[i] += share * back.elements[i] }
    }
    return mean
  }

  /// How much each of the samples given counts for a query, in every layer and head, where the samples are
  /// not turned: weights that sum to one, layers x heads x n.
  ///
  /// - Parameter query: d coordinates.
  /// - Throws: `ParzenError.dimensionMismatch` for another number of coordinates.
  public func attentionWeights(at query: [Double]) throws(ParzenError) -> [[[Double]]] {
    let point = Matrix(rows: 1, columns: query.count, elements: query)
    try check(point)
    let nearest = GaussianTail(of: whitening.whitened(point), beyond: reach).nearest
    let weights = contexts[0].attentionWeights(of: nearest.elements.map { Float($0) })
    return weights.map { layer in
      layer.map { head in places.map { place in Double(head[place.row]) * place.share } }
    }
  }
}
