import ParzenCore
import ParzenPlatform

extension ColumnTransformation {
  /// Throws for edges, scales and periods that make no sense.
  func check() throws(ParzenError) {
    func require(_ condition: Bool, _ message: String) throws(ParzenError) {
      if !condition { throw .invalidOption(message) }
    }
    // So that differences and quotients of them are numbers.
    func isFinite(_ edge: Double) -> Bool { abs(edge) <= 1e307 }
    func isPositive(_ scale: Double) -> Bool { scale >= 1e-307 && scale <= 1e307 }
    switch self {
    // Normal scores are checked where they are made.
    case .identity, .normalScores: break
    case .logarithmAbove(let edge), .logarithmBelow(let edge):
      try require(isFinite(edge), "the edge of a column is \(edge): give a finite number")
    case .inverseSoftplusAbove(let edge, let scale), .inverseSoftplusBelow(let edge, let scale):
      try require(
        isFinite(edge) && isPositive(scale),
        "the edge and scale of a transformation are \(edge) and \(scale): the scale must be positive")
    case .logit(let lower, let upper), .doubleInverseSinh(let lower, let upper, _),
      .reflection(let lower?, let upper?):
      try require(
        isFinite(lower) && isFinite(upper) && lower < upper,
        "the edges of a column are \(lower) and \(upper): the lower one must be below the upper one")
      if case .doubleInverseSinh(_, _, let scale) = self {
        try require(isPositive(scale), "the scale of an edge is \(scale): it must be positive")
      }
    case .inverseSinh(let centre, let scale):
      try require(
        isFinite(centre) && isPositive(scale),
        "the centre and scale of a transformation are \(centre) and \(scale): the scale must be positive")
    case .reflection(let lower, let upper):
      try require(
        (lower ?? upper).map(isFinite) == true, "a mirrored column needs a finite lower or upper edge")
    case .period(let origin, let length):
      try require(
        isFinite(origin) && isPositive(length),
        "the period of a column is \(length): it must be positive and finite")
    }
  }

  /// The same transformation where the coordinate y is (T(x) - origin) / scale, as far as images go.
  func inUnits(origin: Double, scale: Double) -> ColumnTransformation {
    func unit(_ y: Double) -> Double { (y - origin) / scale }
    switch self {
    case .reflection(let lower, let upper): return .reflection(lower: lower.map(unit), upper: upper.map(unit))
    case .period(let start, let length): return .period(origin: unit(start), length: length / scale)
    default: return .identity
    }
  }

  /// The images y = sign x + shift of a coordinate in this column that come within `reach` of the domain from
  /// `centre`, with their distance from it; the identity alone for bijections.
  ///
  /// - Throws: `ParzenError.invalidOption` where the centre is so many widths of the domain away that the
  ///   place of its image is lost to rounding.
  func images(centre: Double, reach: Double) throws(ParzenError) -> [ColumnImage] {
    /// The images of a point by shifts of whole periods that bring it within reach of [low, high].
    func shifted(
      _ sign: Double, _ point: Double, _ low: Double, _ high: Double, _ period: Double
    ) throws(ParzenError) -> [ColumnImage] {
      let first = ((low - reach - point) / period).rounded(.up)
      let count = ((high + reach - point) / period).rounded(.down) - first
      guard abs(first) < 1e9, count < 1e9 else {
        throw .invalidOption("a component is too far from, or too wide for, the range of a column")
      }
      guard count >= 0 else { return [] }
      return (0...Int(min(count, Self.mostImages))).map { index in
        let shift = (first + Double(index)) * period
        return ColumnImage(
          sign: sign, shift: shift, distance: max(low - point - shift, point + shift - high, 0))
      }
    }
    switch self {
    case .period(let origin, let length):
      return try shifted(1, centre, origin, origin + length, length)
    case .reflection(let lower?, let upper?):
      let period = 2 * (upper - lower)
      let mirrored = try shifted(-1, 2 * lower - centre, lower, upper, period)
      return try shifted(1, centre, lower, upper, period)
        + mirrored.map { ColumnImage(sign: -1, shift: 2 * lower + $0.shift, distance: $0.distance) }
    case .reflection(let edge?, nil), .reflection(nil, let edge?):
      let isLower = if case .reflection(_?, nil) = self { true } else { false }
      let depth = isLower ? centre - edge : edge - centre
      let itself = ColumnImage(sign: 1, shift: 0, distance: max(0, -depth))
      let mirrored = ColumnImage(sign: -1, shift: 2 * edge, distance: max(0, depth))
      return [itself, mirrored].filter { $0.distance <= reach }
    default:
      return [.itself]
    }
  }

  /// A component so much wider than the domain is constant there to rounding with as many images.
  private static let mostImages = 64.0
}

/// An image y = sign x + shift of a coordinate x, at a distance from the domain of its column.
struct ColumnImage {
  var sign: Double
  var shift: Double
  var distance: Double

  /// The coordinate as it is, inside the domain.
  static let itself = ColumnImage(sign: 1, shift: 0, distance: 0)
}

extension GaussianMixture {
  /// Standard deviations beyond which a component's image has no mass: 2e-19.
  private static let reach = 9.0
  /// The most components that a mixture may have with all images.
  package static let mostImages = 1 << 18

  /// The mixture with all images of its components that reach into the domains of mirrored and wrapped
  /// columns.
  ///
  /// An image x -> s x + t of some coordinates of N(mu, L L^T) is N(s mu + t, (S L S)(S L S)^T), S = diag(s).
  /// Images are combined over the columns only where they reach the domain in all of them at once: with the
  /// correlations R of c mirrored and wrapped columns, r the sums of the absolute values of its rows and e
  /// the distances in standard deviations, diag(r) - R is positive semidefinite, so that the Mahalanobis
  /// distance squared is at least the sum of e_i^2 / r_i. Beyond 81 + 4 (c - 1) no mass is left.
  ///
  /// - Throws: `ParzenError.invalidOption` for components beyond all images, and where there would be more
  ///   than `mostImages` components.
  func unfolded(_ columns: [ColumnTransformation]) throws(ParzenError) -> GaussianMixture {
    let folded = columns.indices.filter { !columns[$0].isBijection }
    guard !folded.isEmpty else { return self }
    let farthest = Self.reach * Self.reach + 4 * Double(folded.count - 1)
    var (weights, means, factors) = ([Double](), [Double](), [Matrix]())
    for k in 0..<componentCount {
      let factor = covarianceFactor(of: k)
      var images = [(image: [ColumnImage](repeating: .itself, count: dimension), distance: 0.0)]
      for (i, choices) in zip(folded, try self.choices(of: k, factor, columns, folded)) {
        images = images.flatMap { image in
          choices.compactMap { choice in
            let distance = image.distance + choice.distance
            guard distance <= farthest else { return nil }
            var changed = image.image
            changed[i] = choice.image
            return (changed, distance)
          }
        }
        guard weights.count + images.count <= Self.mostImages else {
          throw .invalidOption(
            "\(folded.count) columns are mirrored at bounds or wrapped by periods, which takes more than"
              + " \(Self.mostImages) images of the components: give bounds or periods to fewer columns")
        }
      }
      for (image, _) in images {
        weights.append(self.weights[k])
        means += image.indices.map { image[$0].sign * self.means[k, $0] + image[$0].shift }
        var turned = factor
        for i in image.indices {
          for j in 0...i { turned[i, j] *= image[i].sign * image[j].sign }
        }
        factors.append(turned)
      }
    }
    return try GaussianMixture(
      weights: weights, means: Matrix(rows: weights.count, columns: dimension, elements: means),
      covarianceFactors: factors, areNormalised: true)
  }

  /// The images of a component by mirrored and wrapped column, with what each adds to the Mahalanobis
  /// distance squared beyond the nearest.
  private func choices(
    of component: Int, _ factor: Matrix, _ columns: [ColumnTransformation], _ folded: [Int]
  ) throws(ParzenError) -> [[(image: ColumnImage, distance: Double)]] {
    let deviations = folded.map { i in factor[row: i].reduce(0) { hypot($0, $1) } }
    return try folded.indices.map { (a) throws(ParzenError) in
      let correlations = folded.indices.map { b in
        zip(factor[row: folded[a]], factor[row: folded[b]]).reduce(0) {
          $0 + ($1.0 / deviations[a]) * ($1.1 / deviations[b])
        }
      }
      let sum = correlations.reduce(0) { $0 + abs($1) }
      let images = try columns[folded[a]].images(
        centre: means[component, folded[a]], reach: Self.reach * deviations[a])
      let nearest = images.map(\.distance).min() ?? 0
      return images.map { image in
        let (e, least) = (image.distance / deviations[a], nearest / deviations[a])
        return (image, (e * e - least * least) / sum)
      }
    }
  }

  /// The law of scale * y + shift, column by column.
  ///
  /// - Throws: `ParzenError.invalidOption` where its numbers are too large or too small for Float64.
  func scaled(by scale: [Double], shift: [Double]) throws(ParzenError) -> GaussianMixture {
    var (means, factors) = (means, (0..<componentCount).map(covarianceFactor))
    for k in 0..<componentCount {
      for i in scale.indices {
        means[k, i] = shift[i] + scale[i] * means[k, i]
        for j in 0...i { factors[k][i, j] *= scale[i] }
      }
    }
    return try GaussianMixture(
      weights: weights, means: means, covarianceFactors: factors, areNormalised: true)
  }
}
