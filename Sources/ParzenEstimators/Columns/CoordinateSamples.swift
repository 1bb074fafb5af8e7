import ParzenCore
import ParzenDistributions

/// Samples in standardised coordinates of their columns.
struct CoordinateSamples: Sendable {
  /// How many samples each row stands for; nil for one each.
  let counts: [Double]?
  let columns: [ColumnTransformation]
  let standard: StandardColumns

  /// m x d, as many for each sample as it has mirror images and itself.
  var points: Matrix { standard.points }

  init(_ samples: Matrix, counts: [Double]?, columns: [ColumnTransformation]) throws(ParzenError) {
    let image = try TransformedSamples(samples, counts: counts, columns: columns)
    let moments = try SampleMoments(
      image.points, weights: image.counts.map(SampleWeights.counts), rows: .asGiven)
    standard = try StandardColumns(moments)
    (self.counts, self.columns) = (image.counts, image.columns)
  }

  /// The density of the columns' values, of a mixture in the coordinates.
  ///
  /// Where a column is transformed, no component is wider than samples can be; the far tails are for columns
  /// as they are, and in a logarithm had no moments to speak of.
  ///
  /// - Parameter columns: other transformations to the same coordinates.
  func density(
    _ mixture: GaussianMixture, columns: [ColumnTransformation]? = nil
  ) throws(ParzenError) -> TransformedMixture {
    let columns = columns ?? self.columns
    let total = counts?.reduce(0, +) ?? Double(points.rows)
    let widths = columns.indices.filter { columns[$0].isBijection && columns[$0] != .identity }.map {
      column in
      (
        column,
        columns[column].isScore
          ? .ofNormal(1 / standard.scale[column], samples: total) : WidestComponent(points[column: column])
      )
    }
    var kept: [(component: Int, factor: Matrix)] = []
    for k in mixture.weights.indices {
      var factor = mixture.covarianceFactor(of: k)
      let isKept = widths.allSatisfy { column, width in
        let deviation = (0...column).reduce(0) { $0 + factor[column, $1] * factor[column, $1] }.squareRoot()
        guard let limit = width.limit(deviation, count: mixture.weights[k] * total) else { return false }
        if limit < deviation { for i in 0...column { factor[column, i] *= limit / deviation } }
        return true
      }
      if isKept { kept.append((k, factor)) }
    }
    return try TransformedMixture(
      kept.isEmpty
        ? mixture
        : GaussianMixture(
          weights: kept.map { mixture.weights[$0.component] },
          means: mixture.means.selectingRows(kept.map(\.component)), covarianceFactors: kept.map(\.factor)),
      columns: columns, origin: standard.origin, scale: standard.scale)
  }
}

/// How wide a component may be in a transformed column.
private enum WidestComponent {
  /// The range of the samples, and that without one in fifty, at least one, at either end.
  case within(whole: Double, inner: Double)
  /// The deviation of the law that the column has, and the number of samples.
  case ofNormal(Double, samples: Double)

  init(_ values: [Double]) {
    let ascending = values.sorted()
    let ends = min(max(1, values.count / 50), (values.count - 1) / 2)
    self = .within(
      whole: ascending[values.count - 1] - ascending[0],
      inner: ascending[values.count - 1 - ends] - ascending[ends])
  }

  /// The deviation that a component of so many samples may have in place of its own; nil where it is left
  /// out.
  ///
  /// No samples deviate by more than half their range (T. Popoviciu, Sur les équations algébriques ayant
  /// toutes leurs racines réelles, Mathematica 9, 1935). Of less than three samples, it is a third of the
  /// range that wild values do not stretch, and of less than a hundredth, a quarter. In a normal law it is a
  /// quarter of the range of as many samples as there are, which is more than the law's own deviation where
  /// clusters differ in width, and of less than three samples the latter, up to chance.
  func limit(_ deviation: Double, count: Double) -> Double? {
    switch self {
    case .within(let whole, let inner):
      return deviation <= (count < 0.01 ? inner / 4 : count < 3 ? inner / 3 : whole / 2) ? deviation : nil
    case .ofNormal(let own, _) where count < 3:
      return deviation <= 1.25 * own ? min(deviation, own) : nil
    case .ofNormal(let own, let samples):
      let half = -standardNormalQuantile(1 / (samples + 1))
      return deviation <= max(half / 2, 1.25) * own ? deviation : nil
    }
  }
}

extension ColumnTransformation {
  fileprivate var isScore: Bool { if case .normalScores = self { true } else { false } }
}

/// Samples in the coordinates of their columns; where a column is mirrored at an edge, every sample has a
/// mirror image, and both count half.
struct TransformedSamples: Sendable {
  /// m x d, with m = n 2^(number of mirrored columns).
  let points: Matrix
  /// How many samples each row stands for; nil for one each.
  let counts: [Double]?
  /// The columns' transformations; a period begins where there are fewest samples.
  let columns: [ColumnTransformation]

  /// - Throws: `ParzenError.invalidOption` where the mirror images would be too many.
  init(
    _ samples: Matrix, counts: [Double]?, columns: [ColumnTransformation]
  ) throws(ParzenError) {
    try Self.checkImages(rows: samples.rows, columns: columns)
    var (points, columns, counts) = (samples, columns, counts)
    for i in columns.indices {
      if case .period(_, let length) = columns[i] {
        columns[i] = .period(origin: Self.emptiest(samples[column: i], period: length), length: length)
      }
      guard columns[i] != .identity else { continue }
      for (row, y) in columns[i].coordinates(at: points[column: i]).enumerated() { points[row, i] = y }
    }
    for i in columns.indices {
      guard case .reflection(let lower, let upper) = columns[i], let edge = lower ?? upper else { continue }
      var mirrored = points
      for row in 0..<points.rows { mirrored[row, i] = 2 * edge - points[row, i] }
      let whole = counts ?? [Double](repeating: 1, count: points.rows)
      points = Matrix(
        rows: 2 * points.rows, columns: points.columns, elements: points.elements + mirrored.elements)
      counts = (whole + whole).map { $0 / 2 }
    }
    (self.points, self.columns, self.counts) = (points, columns, counts)
  }

  /// Throws where mirrored columns, each of which doubles the rows, make more numbers than one array may
  /// have.
  static func checkImages(rows: Int, columns: [ColumnTransformation]) throws(ParzenError) {
    let mirrored = columns.count {
      if case .reflection(let lower, let upper) = $0 { lower != nil || upper != nil } else { false }
    }
    var numbers = rows.multipliedReportingOverflow(by: columns.count)
    for _ in 0..<mirrored where !numbers.overflow {
      numbers = numbers.partialValue.multipliedReportingOverflow(by: 2)
    }
    guard mirrored > 0, numbers.overflow || numbers.partialValue > Limits.numbers else { return }
    throw .invalidOption(
      """
      \(mirrored) columns are mirrored at bounds, which takes 2^\(mirrored) images of every sample: give \
      bounds \
      to fewer columns
      """)
  }

  /// The middle of the widest gap between values on a circle.
  private static func emptiest(_ values: [Double], period: Double) -> Double {
    let sorted = values.map { $0 - period * ($0 / period).rounded(.down) }.sorted()
    guard let first = sorted.first, let last = sorted.last else { return 0 }
    var widest = (size: first + period - last, start: last)
    for (one, next) in zip(sorted, sorted.dropFirst()) where next - one > widest.size {
      widest = (next - one, one)
    }
    return widest.start + widest.size / 2
  }
}

/// Columns shifted by their median and divided by the spread of their middle half, so that what is far away,
/// very large or very small is computed with as exactly as what is not, and a few wild values do not matter.
struct StandardColumns: Sendable {
  /// n x d.
  let points: Matrix
  let origin: [Double]
  let scale: [Double]

  init(_ moments: SampleMoments) throws(ParzenError) {
    let deviations = moments.columnDeviations()
    var (origin, scale, points) = ([Double](), [Double](), moments.samples)
    for k in 0..<points.columns {
      let values = moments.samples[column: k]
      let order = ascendingOrder(values)
      let (ascending, counts) = (
        order.map { values[$0] }, moments.counts.map { counts in order.map { counts[$0] } }
      )
      let low = weightedQuantile(0.25, ofOrdered: ascending, counts: counts)
      let high = weightedQuantile(0.75, ofOrdered: ascending, counts: counts)
      let middle = weightedQuantile(0.5, ofOrdered: ascending, counts: counts)
      let spread = high > low ? high / 1.35 - low / 1.35 : deviations[k]
      // What never varies is left as it is, to be named.
      let width = spread > 0 ? spread : 1
      if let row = values.firstIndex(where: { !(abs(($0 - middle) / width) < 1e100) }) {
        throw .unusableSamples(
          """
          \(sample: moments.rows[row]) has \(values[row]) in \(column: k), more than 1e100 times the spread \
          of the others: leave it out
          """)
      }
      points.withUnsafeMutableElements { elements in
        for row in values.indices { elements[row * deviations.count + k] = (values[row] - middle) / width }
      }
      origin.append(middle)
      scale.append(width)
    }
    (self.points, self.origin, self.scale) = (points, origin, scale)
  }
}
