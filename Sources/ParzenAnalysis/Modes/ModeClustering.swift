import ParzenCore
import ParzenDistributions
import ParzenEstimators
import ParzenPlatform

/// A mode of a density.
///
/// ```swift
/// for mode in try ModeClustering(samples: samples, density: mixture).modes {
///   print(mode.place, mode.count, mode.pValue ?? 0)
/// }
/// ```
public struct Mode: Sendable, Equatable, Codable {
  /// The place, d values.
  public var place: [Double]
  /// The natural logarithm of the density there.
  public var logDensity: Double
  /// The eigenvalues of the Hessian of the log density, ascending, in units of the mixture's standard
  /// deviation along every axis. Where all are negative the mode is certified; on a flat top they may be
  /// zero.
  public var curvatures: [Double]
  /// The number of samples that belong to it.
  public var count: Int
  /// How far the log density is above the highest saddle to a higher mode; nil for the highest mode.
  public var persistence: Double?
  /// The probability that samples without a gap between this mode and its neighbour look as divided,
  /// corrected for the number of saddles by Holm's bound; nil for the highest.
  public var pValue: Double?
}

/// Clusters of samples by the modes of a density.
///
/// The number of clusters is not chosen; it is the number of modes that the samples bear out. Climbs from the
/// components of the mixture find the modes, and a sample belongs to the mode to which the components lead
/// that it probably comes from, with a probability for every mode. Estimated densities have bumps that their
/// samples do not bear out: so where a mode meets a higher one, the samples on both sides of the saddle, as
/// many from each, are projected on the ridge between the two, and Hartigan's dip says whether they, the ties
/// of rounded columns spread over their steps, could come from one hump. If they could, the two are one
/// cluster; the modes that stand out least are judged first.
///
/// K. Fukunaga, L. Hostetler, IEEE Trans. Information Theory 21, 1975; J. Li, S. Ray, B. Lindsay, A
/// nonparametric statistical approach to clustering via mode identification, JMLR 8, 2007; `MergeTree`,
/// `DipTest`.
///
/// ```swift
/// let clusters = try ModeClustering(samples: samples, density: mixture)
/// let labels = clusters.labels
/// let places = clusters.modes.map(\.place)
/// ```
public struct ModeClustering: Sendable {
  /// The modes, the one with the most samples first.
  public let modes: [Mode]
  /// The index in `modes` for every sample.
  public let labels: [Int]
  /// The index in `modes` for every component of the mixture.
  public let componentModes: [Int]
  private let mixture: GaussianMixture

  /// The level of significance below which a mode is kept.
  public static let defaultSignificance = 0.01
  /// The share of the samples that a mode has at least.
  public static let defaultSmallestShare = 0.01
  /// The most components from which climbs start.
  private static let mostClimbs = 512

  /// Clusters n samples (n x d), on up to `threads` threads.
  ///
  /// - Parameters:
  ///   - density: the density whose modes are wanted.
  ///   - smallestShare: modes with a smaller share of the samples join their neighbour.
  ///   - significance: modes whose p-value is not below this join their neighbour; nil keeps all.
  /// - Throws: `ParzenError.dimensionMismatch`; `ParzenError.invalidOption` if `smallestShare` is not in
  ///   [0, 0.5], or the significance not in (0, 1].
  /// - Complexity: O(K steps (K d^2 + d^3) + n K d^2) time with some tens of steps, O(n + K d^2) memory.
  public init(
    samples: Matrix, density: some GaussianMixtureDensity, smallestShare: Double = defaultSmallestShare,
    significance: Double? = defaultSignificance, threads: Int = Parallelism.threads
  ) throws(ParzenError) {
    try density.check(samples)
    guard (0...0.5).contains(smallestShare) else {
      throw .invalidOption("the smallest share of a mode is \(smallestShare): give a number from 0 to 0.5")
    }
    let scale = Self.scale(of: samples)
    if scale.contains(where: { $0 != 1 }) {
      var map = Matrix.identity(scale.count)
      for i in scale.indices { map[i, i] = 1 / scale[i] }
      let image = try ModeClustering(
        samples: samples * map,
        density: density.mixture.affineImage(map, shift: [Double](repeating: 0, count: scale.count)),
        smallestShare: smallestShare, significance: significance, threads: threads)
      self.init(image, scaledBy: scale, density.mixture)
      return
    }
    if let significance, !(significance > 0 && significance <= 1) {
      throw .invalidOption("the significance of a mode is \(significance): give a number above 0, up to 1")
    }
    let (search, mixture) = (ModeSearch(density), density.mixture)
    let found = try FoundModes(mixture, search, threads: threads, mostClimbs: Self.mostClimbs)
    let tree = try MergeTree(
      modes: found.summits.map(\.place), others: found.starts, basins: found.basins, units: search.units,
      search: search)
    let members = try Self.mostLikely(
      samples, mixture, found.componentModes, count: found.summits.count, threads)

    var counts = [Int](repeating: 0, count: found.summits.count)
    for member in members { counts[member] += 1 }
    var merging = ModeMerging(tree.merges, counts: counts)
    if let significance {
      let map = Self.inverseRoot(mixture.covarianceWithin(Array(mixture.weights.indices))).transposed
      // Where values are rounded, gaps between steps are no gaps between clusters.
      let points = TieSpreading.spread(samples) * map
      try merging.joinUndivided(level: significance) { (merge, count) throws(ParzenError) in
        let sides = [merge.sides.0, merge.sides.1].map { found.summits[$0].place }
        let places = Matrix([merge.saddle] + sides) * map
        let test = SaddleTest(
          saddle: Array(places[row: 0]), depth: tree.persistence[merge.mode], from: Array(places[row: 1]),
          to: Array(places[row: 2]))
        return test.pValue(points, count: count)
      }
    }
    merging.joinSmaller(than: smallestShare * Double(samples.rows))
    try self.init(
      found, tree, members: members, clusters: merging.clusters, pValues: merging.pValues, mixture)
  }

  /// A clustering in other units of the columns.
  private init(_ image: ModeClustering, scaledBy scale: [Double], _ mixture: GaussianMixture) {
    modes = image.modes.map { mode in
      var mode = mode
      for (i, unit) in scale.enumerated() {
        mode.place[i] *= unit
        mode.logDensity -= log(unit)
      }
      return mode
    }
    labels = image.labels
    componentModes = image.componentModes
    self.mixture = mixture
  }

  private init(
    _ found: FoundModes, _ tree: MergeTree, members: [Int], clusters: [Int], pValues: [Int: Double],
    _ mixture: GaussianMixture
  ) throws(ParzenError) {
    let heights = try mixture.logDensity(at: Matrix(found.summits.map(\.place)))
    var counts: [Int: Int] = [:]
    for member in members { counts[clusters[member], default: 0] += 1 }
    let order = Set(clusters).sorted { (-(counts[$0] ?? 0), $0) < (-(counts[$1] ?? 0), $1) }
    var index: [Int: Int] = [:]
    for (place, cluster) in order.enumerated() { index[cluster] = place }
    modes = order.map { cluster in
      // A cluster stands for its highest mode.
      let top =
        clusters.indices.filter { clusters[$0] == cluster }.max { heights[$0] < heights[$1] } ?? cluster
      let summit = found.summits[top]
      let persistence = tree.persistence[top]
      return Mode(
        place: summit.place, logDensity: heights[top], curvatures: summit.curvatures,
        count: counts[cluster] ?? 0,
        persistence: persistence.isFinite ? persistence : nil,
        pValue: persistence.isFinite ? pValues[cluster] : nil)
    }
    labels = members.map { index[clusters[$0]] ?? 0 }
    componentModes = found.componentModes.map { index[clusters[$0]] ?? 0 }
    self.mixture = mixture
  }

  /// The probability of every mode for every point (m x d): m x modes, rows that sum to 1.
  ///
  /// - Throws: `ParzenError.dimensionMismatch` if the points have another dimension.
  /// - Complexity: O(m K d^2) time, O(m modes) memory.
  public func memberships(at points: Matrix) throws(ParzenError) -> Matrix {
    try Self.memberships(at: points, mixture, componentModes, count: modes.count)
  }

  /// The memberships in groups of a mixture's components.
  ///
  /// - Parameters:
  ///   - componentModes: the group of every component.
  ///   - count: the number of groups.
  /// - Complexity: O(m K d^2) time, and memory for the result and for blocks of 32 MB.
  public static func memberships(
    at points: Matrix, _ mixture: GaussianMixture, _ componentModes: [Int], count: Int
  ) throws(ParzenError) -> Matrix {
    try mixture.check(points)
    let elements = try inBlocks(points, mixture, componentModes, count: count, Parallelism.threads) {
      $0.elements
    }
    return Matrix(rows: points.rows, columns: count, elements: elements)
  }

  /// What is made of the memberships of blocks of points, joined in the points' order: all shares of all
  /// components at once would be as many as points times components.
  private static func inBlocks<Value: Sendable>(
    _ points: Matrix, _ mixture: GaussianMixture, _ componentModes: [Int], count: Int, _ threads: Int,
    _ values: @Sendable (Matrix) -> [Value]
  ) throws(ParzenError) -> [Value] {
    let blockRows = max(1, min(8192, (1 << 22) / max(mixture.componentCount, 1)))
    let blocks = (points.rows + blockRows - 1) / blockRows
    return try concurrentResults(blocks, threads: threads) { (block) throws(ParzenError) in
      let rows = block * blockRows..<min((block + 1) * blockRows, points.rows)
      let shares = try mixture.responsibilities(at: points.selectingRows(rows))
      var sums = Matrix(rows: rows.count, columns: count)
      for row in 0..<rows.count {
        for (component, mode) in componentModes.enumerated() { sums[row, mode] += shares[row, component] }
        // Sums of shares may round to more.
        for mode in 0..<count { sums[row, mode] = min(sums[row, mode], 1) }
      }
      return values(sums)
    }
    .flatMap(\.self)
  }

  /// The inverse of a square root of a covariance; of one that is singular, of its diagonal.
  private static func inverseRoot(_ covariance: Matrix) -> Matrix {
    if let cholesky = Cholesky(covariance) { return cholesky.inverseLower }
    var result = Matrix.identity(covariance.rows)
    for i in 0..<covariance.rows { result[i, i] = 1 / covariance[i, i].squareRoot() }
    return result
  }

  /// Powers of two for the columns whose squares would leave the range of Float64; 1 for all others.
  private static func scale(of samples: Matrix) -> [Double] {
    (0..<samples.columns).map { column in
      let reach = (0..<samples.rows).reduce(0) { max($0, abs(samples[$1, column] - samples[0, column])) }
      guard reach > 0, reach.isFinite, abs(reach.exponent) > 300 else { return 1 }
      return Double(sign: .plus, exponent: reach.exponent, significand: 1)
    }
  }

  /// The likeliest mode of every sample.
  private static func mostLikely(
    _ samples: Matrix, _ mixture: GaussianMixture, _ componentModes: [Int], count: Int, _ threads: Int
  ) throws(ParzenError) -> [Int] {
    try inBlocks(samples, mixture, componentModes, count: count, threads) { shares in
      (0..<shares.rows).map { row in
        (0..<count).max { shares[row, $0] < shares[row, $1] } ?? 0
      }
    }
  }
}
