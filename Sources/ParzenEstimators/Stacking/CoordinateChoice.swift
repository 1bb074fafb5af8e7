import ParzenCore
import ParzenDistributions

/// The choice of the coordinates in which columns are modelled, by held-out likelihood.
///
/// Where a column's domain is not told, its values decide what is tried beside the column as it is: a soft
/// edge where the values begin or end abruptly, a logarithm where they are positive and skewed, the inverse
/// hyperbolic sine about the median where tails are heavy. Each that a kernel density gains by is judged by
/// the network's estimate of the column alone, with groups apart read by themselves, on samples held out, and
/// taken where its gain is above a standard error and six nats in all.
struct CoordinateChoice: Sendable {
  let network: MixtureTransformerWeights
  let threads: Int

  private static let folds = 3
  private static let fewest = 40.0
  private static let fewestNats = 6.0
  private static let most = 4096
  /// Kernels look at no more samples than these.
  private static let mostScreened = 1024
  /// No sample counts for more than so many nats.
  private static let clip = 4.0

  /// The transformations of all columns.
  ///
  /// - Parameters:
  ///   - samples: n x d, in their domains.
  ///   - counts: how many samples each row stands for; nil for one each.
  ///   - domains: d domains.
  ///   - guesses: whether columns of unknown domain are transformed, too.
  /// - Throws: `ParzenError.cancelled`.
  /// - Complexity: three passes of the network over each column and transformation tried, of at most 4,096
  ///   samples, and six over all columns where one is transformed unasked.
  func choose(
    _ samples: Matrix, counts: [Double]?, domains: [ColumnDomain], guesses: Bool
  ) throws(ParzenError) -> [ColumnTransformation] {
    let isTold = domains.map { $0 != .unbounded }
    guard guesses || isTold.contains(true) else { return isTold.map { _ in .identity } }
    let chosen = try concurrentResults(domains.count, threads: threads) { (column) throws(ParzenError) in
      let candidates = isTold[column] ? domains[column].transformations : [.identity]
      guard isTold[column] ? candidates.count > 1 : guesses else { return candidates[0] }
      let values = DistinctSamples(samples, column: column, counts: counts)
      let suggested = isTold[column] ? [] : try promising(Self.suggested(values), values)
      return try best(of: (candidates + suggested).map { [$0] }, values)[0]
    }
    let told = zip(isTold, chosen).map { $0 ? $1 : .identity }
    guard chosen != told, samples.columns > 1 else { return chosen }
    // What is better for a column alone must be as clearly so for all together.
    let all = DistinctSamples(samples, counts: counts)
    return try best(of: [told, chosen], all)
  }

  /// The transformation with the highest likelihood of samples held out, among those that are above the first
  /// one by more than a standard error and six nats; the first one if there is none.
  private func best(
    of candidates: [[ColumnTransformation]], _ values: DistinctSamples
  ) throws(ParzenError) -> [ColumnTransformation] {
    let values = values.thinned(to: Self.most)
    guard candidates.count > 1, values.total >= Self.fewest else { return candidates[0] }
    var left = Array(candidates.indices)
    var heldOut = [[Double]](repeating: [], count: candidates.count)
    for fold in 0..<Self.folds {
      let open = left
      let found = try concurrentResults(open.count, threads: threads) { (index) throws(ParzenError) in
        try self.heldOut(values, candidates[open[index]], fold: fold, estimate: networkMixture)
      }
      for (index, values) in zip(open, found) { heldOut[index] += values ?? [] }
      left = zip(open, found).compactMap { $1 == nil ? nil : $0 }
      guard let reference = left.first else { return candidates[0] }
      // Those that are behind already need not go on.
      let counts = Self.rows(of: values, to: fold).map { values.counts[$0] }
      left.removeAll { index in
        let gain = Self.gain(heldOut[index], heldOut[reference], counts)
        return index != reference && gain.mean + gain.error < 0
      }
      guard left.count > 1 else { return candidates[reference] }
    }
    let counts = Self.rows(of: values, to: Self.folds - 1).map { values.counts[$0] }
    var best = (candidate: candidates[left[0]], gain: 0.0)
    for index in left.dropFirst() {
      let gain = Self.gain(heldOut[index], heldOut[left[0]], counts)
      if Self.isClear(gain, values.total), gain.mean > best.gain { best = (candidates[index], gain.mean) }
    }
    return best.candidate
  }

  /// The rows of the first folds, fold by fold.
  private static func rows(of samples: DistinctSamples, to last: Int) -> [Int] {
    (0...last).flatMap { fold in samples.counts.indices.filter { $0 % folds == fold } }
  }

  /// Whether a gain is above a standard error, and above six nats for all samples.
  private static func isClear(_ gain: (mean: Double, error: Double), _ total: Double) -> Bool {
    gain.mean > gain.error && gain.mean * total > fewestNats
  }

  /// The mean gain in log density, clipped, with its standard error.
  private static func gain(
    _ values: [Double], _ reference: [Double], _ counts: [Double]
  ) -> (mean: Double, error: Double) {
    let gains = zip(values, reference).map { one, other in
      one == other ? 0 : min(clip, max(-clip, one - other))
    }
    let total = counts.reduce(0, +)
    let mean = zip(gains, counts).reduce(0) { $0 + $1.0 * $1.1 } / total
    let variance = zip(gains, counts).reduce(0) { $0 + ($1.0 - mean) * ($1.0 - mean) * $1.1 } / total
    return (mean, (variance / total).squareRoot())
  }

  /// The transformations of a column under which kernels by Silverman's rule, which are quick and know
  /// nothing of skewness, tails and edges, fit samples held out better than in the column as it is.
  private func promising(
    _ transformations: [ColumnTransformation], _ values: DistinctSamples
  ) throws(ParzenError) -> [ColumnTransformation] {
    let part = values.thinned(to: Self.mostScreened)
    func heldOut(_ column: ColumnTransformation) throws(ParzenError) -> [Double]? {
      let folds = try (0..<Self.folds).map { (fold) throws(ParzenError) in
        try self.heldOut(part, [column], fold: fold, estimate: kernelMixture)
      }
      return folds.contains { $0 == nil } ? nil : folds.flatMap { $0! }
    }
    guard !transformations.isEmpty, let reference = try heldOut(.identity) else { return transformations }
    let counts = Self.rows(of: part, to: Self.folds - 1).map { part.counts[$0] }
    let gains = try transformations.map { (column) throws(ParzenError) in
      try heldOut(column).map { Self.gain($0, reference, counts).mean > 0 } ?? false
    }
    return zip(transformations, gains).filter(\.1).map(\.0)
  }

  /// An estimate of standardised columns.
  private typealias Fit = (Matrix, SampleWeights?) throws(ParzenError) -> GaussianMixture

  private func networkMixture(
    _ points: Matrix, _ weights: SampleWeights?
  ) throws(ParzenError) -> GaussianMixture {
    try GroupEstimator(network: network, policy: .untransformed, threads: 1)
      .zoomed(.whole(points, counts: weights?.values))
  }

  private func kernelMixture(
    _ points: Matrix, _ weights: SampleWeights?
  ) throws(ParzenError) -> GaussianMixture {
    try KernelDensity(samples: points, bandwidth: .silverman, sampleWeights: weights, threads: 1).mixture
  }

  /// The log density of the samples in a fold under an estimate from the others; nil where there is none.
  private func heldOut(
    _ samples: DistinctSamples, _ columns: [ColumnTransformation], fold: Int, estimate: Fit
  ) throws(ParzenError) -> [Double]? {
    let all = samples.counts.indices
    let rest = samples.points.selectingRows(all.filter { $0 % Self.folds == fold })
    let training = samples.selecting(all.filter { $0 % Self.folds != fold })
    return try attempt(density(training, columns, estimate).logDensity(at: rest))?.map {
      $0.isNaN ? -.infinity : $0
    }
  }

  private func density(
    _ samples: DistinctSamples, _ columns: [ColumnTransformation], _ estimate: Fit
  ) throws(ParzenError) -> TransformedMixture {
    let image = try TransformedSamples(samples.points, counts: samples.counts, columns: columns)
    let weights = image.counts.map(SampleWeights.counts)
    let moments = try SampleMoments(image.points, weights: weights, rows: .asGiven)
    let standard = try StandardColumns(moments)
    return try TransformedMixture(
      try estimate(standard.points, moments.counts.map(SampleWeights.counts)), columns: image.columns,
      origin: standard.origin, scale: standard.scale)
  }

  /// What a column's values suggest beside the column as it is.
  ///
  /// - Parameter values: of one column.
  static func suggested(_ values: DistinctSamples) -> [ColumnTransformation] {
    let n = values.total
    guard n >= fewest, let low = values.points.elements.first, let high = values.points.elements.last else {
      return []
    }
    func quantile(_ share: Double) -> Double { values.quantile(share) }
    let middle = quantile(0.5)
    let (left, right) = (middle - quantile(0.25), quantile(0.75) - middle)
    guard left > 0, right > 0 else { return [] }
    // The first fiftieth of the samples, at least four, as a part of the way to the quartile: a normal law
    // has .4 and more.
    let few = max(4, n / 50)
    let (lowerReach, upperReach) = (quantile(few / n) - low, high - quantile(1 - few / n))
    let (lowerEdge, upperEdge) = (
      lowerReach < abrupt * (quantile(0.25) - low), upperReach < abrupt * (high - quantile(0.75))
    )
    /// The mean distance of the outermost samples.
    let (lowerGap, upperGap) = (lowerReach / few, upperReach / few)
    var result: [ColumnTransformation] = []
    if lowerEdge, lowerGap > 0 { result.append(.inverseSinh(centre: low - lowerGap, scale: 2 * lowerGap)) }
    if upperEdge, upperGap > 0 { result.append(.inverseSinh(centre: high + upperGap, scale: 2 * upperGap)) }
    if lowerEdge, upperEdge, lowerGap > 0, upperGap > 0 {
      result.append(
        .doubleInverseSinh(
          lower: low - lowerGap, upper: high + upperGap, scale: lowerGap + upperGap))
    }
    let rightTail = (quantile(0.99) - middle) / right
    let leftTail = (middle - quantile(0.01)) / left
    if low > 0, rightTail > heavy || lowerEdge { result.append(.logarithmAbove(0)) }
    if high < 0, leftTail > heavy || upperEdge { result.append(.logarithmBelow(0)) }
    if rightTail > heavy || leftTail > heavy {
      result.append(.inverseSinh(centre: middle, scale: left + right))
    }
    return result
  }

  private static let abrupt = 0.25
  /// The way to the hundredth quantile in units of that to the quartile: 3.4 for a normal law.
  private static let heavy = 4.5
}

/// Samples without repetitions, in an order that depends on their values alone, and how many samples each
/// stands for.
struct DistinctSamples: Sendable {
  /// m x d.
  let points: Matrix
  let counts: [Double]

  var total: Double { counts.reduce(0, +) }

  private init(points: Matrix, counts: [Double]) { (self.points, self.counts) = (points, counts) }

  /// - Complexity: O(n d log n) time, O(n d) memory.
  init(_ samples: Matrix, counts: [Double]?) {
    let ordered = OrderedSamples(samples, weights: counts)
    self.init(points: ordered.samples, counts: ordered.totals)
  }

  /// The values of one column.
  init(_ samples: Matrix, column: Int, counts: [Double]?) {
    self.init(Matrix(rows: samples.rows, columns: 1, elements: samples[column: column]), counts: counts)
  }

  func selecting(_ rows: [Int]) -> DistinctSamples {
    DistinctSamples(points: points.selectingRows(rows), counts: rows.map { counts[$0] })
  }

  /// At most so many of them, evenly by their place.
  func thinned(to most: Int) -> DistinctSamples {
    counts.count <= most ? self : selecting((0..<most).map { $0 * counts.count / most })
  }

  /// The value of one column below which a share of the samples lies.
  func quantile(_ share: Double) -> Double {
    weightedQuantile(share, ofOrdered: points.elements, counts: counts)
  }
}
