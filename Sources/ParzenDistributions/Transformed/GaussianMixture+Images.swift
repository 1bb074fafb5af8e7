import ParzenCore
import ParzenPlatform

extension ColumnTransformation {
  /// Throws for edges, scales and periods that make no sense.
  func check() throws(ParzenError) {
    func require(_ condition: Bool, _ message: String) throws(ParzenError) {
      if !condition { throw .invalidOption(message) }
    }
    switch self {
    case .identity: break
    case .logarithmAbove(let edge), .logarithmBelow(let edge):
      try require(edge.isFinite, "the edge of a column is \(edge): give a finite number")
    case .logit(let lower, let upper), .doubleInverseSinh(let lower, let upper, _),
      .reflection(let lower?, let upper?):
      try require(
        lower.isFinite && upper.isFinite && lower < upper,
        "the edges of a column are \(lower) and \(upper): the lower one must be below the upper one")
      if case .doubleInverseSinh(_, _, let scale) = self {
        try require(scale > 0 && scale.isFinite, "the scale of an edge is \(scale): it must be positive")
      }
    case .inverseSinh(let centre, let scale):
      try require(
        centre.isFinite && scale > 0 && scale.isFinite,
        "the centre and scale of a transformation are \(centre) and \(scale): the scale must be positive")
    case .reflection(let lower, let upper):
      try require(
        (lower ?? upper)?.isFinite == true, "a mirrored column needs a finite lower or upper edge")
    case .period(let origin, let length):
      try require(
        origin.isFinite && length > 0 && length.isFinite,
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
  /// `centre`; the identity alone for bijections.
  func images(centre: Double, reach: Double) -> [(sign: Double, shift: Double)] {
    /// All shifts by multiples of a period of a point that bring it within reach of [low, high].
    func shifts(_ point: Double, _ low: Double, _ high: Double, _ period: Double) -> [Double] {
      let first = ((low - reach - point) / period).rounded(.up)
      let last = min(((high + reach - point) / period).rounded(.down), first + Self.mostImages)
      return first <= last ? stride(from: first, through: last, by: 1).map { $0 * period } : []
    }
    switch self {
    case .period(let origin, let length):
      return shifts(centre, origin, origin + length, length).map { (1, $0) }
    case .reflection(let lower?, let upper?):
      let period = 2 * (upper - lower)
      let mirrored = 2 * lower - centre
      return shifts(centre, lower, upper, period).map { (1, $0) }
        + shifts(mirrored, lower, upper, period).map { (-1, 2 * lower + $0) }
    case .reflection(let edge?, nil):
      return centre < edge - reach
        ? [(-1, 2 * edge)] : centre > edge + reach ? [(1, 0)] : [(1, 0), (-1, 2 * edge)]
    case .reflection(nil, let edge?):
      return centre > edge + reach
        ? [(-1, 2 * edge)] : centre < edge - reach ? [(1, 0)] : [(1, 0), (-1, 2 * edge)]
    default:
      return [(1, 0)]
    }
  }

  /// A component so much wider than the domain is constant there to rounding with as many images.
  private static let mostImages = 64.0
}

extension GaussianMixture {
  /// Standard deviations beyond which a component's image has no mass: 2e-19.
  private static let reach = 9.0

  /// The mixture with all images of its components that reach into the domains of mirrored and wrapped
  /// columns.
  ///
  /// An image x -> s x + t of some coordinates of N(mu, L L^T) is N(s mu + t, (S L S)(S L S)^T), S = diag(s).
  func unfolded(_ columns: [ColumnTransformation]) throws(ParzenError) -> GaussianMixture {
    guard columns.contains(where: { !$0.isBijection }) else { return self }
    var (weights, means, factors) = ([Double](), [Double](), [Matrix]())
    for k in 0..<componentCount {
      let factor = covarianceFactor(of: k)
      var images = [(signs: [Double](), mean: [Double]())]
      for (i, column) in columns.enumerated() {
        let deviation = factor[row: i].reduce(0) { $0 + $1 * $1 }.squareRoot()
        let choices = column.images(centre: self.means[k, i], reach: Self.reach * deviation)
        images = images.flatMap { image in
          choices.map { (image.signs + [$0.sign], image.mean + [$0.sign * self.means[k, i] + $0.shift]) }
        }
      }
      for image in images {
        weights.append(self.weights[k])
        means += image.mean
        var turned = factor
        for i in columns.indices {
          for j in 0...i { turned[i, j] *= image.signs[i] * image.signs[j] }
        }
        factors.append(turned)
      }
    }
    return try GaussianMixture(
      weights: weights, means: Matrix(rows: weights.count, columns: dimension, elements: means),
      covarianceFactors: factors, areNormalised: true)
  }

  /// The law of scale * y + shift, column by column.
  func scaled(by scale: [Double], shift: [Double]) -> GaussianMixture {
    var (means, factors) = (means, (0..<componentCount).map(covarianceFactor))
    for k in 0..<componentCount {
      for i in scale.indices {
        means[k, i] = shift[i] + scale[i] * means[k, i]
        for j in 0...i { factors[k][i, j] *= scale[i] }
      }
    }
    do {
      return try GaussianMixture(
        weights: weights, means: means, covarianceFactors: factors, areNormalised: true)
    } catch {
      preconditionFailure("a mixture in other units is a mixture: \(error)")
    }
  }
}
