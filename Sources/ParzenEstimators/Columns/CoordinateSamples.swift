import ParzenCore
import ParzenDistributions
import ParzenPlatform

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

  /// The logarithms of the derivative of the standardised coordinates at some samples; n values.
  func logSlopes(of samples: Matrix) -> [Double] {
    var result = [Double](repeating: 0, count: samples.rows)
    for (column, scale) in zip(columns.indices, standard.scale) {
      let expansions = columns[column].expansions(at: samples[column: column])
      for (row, expansion) in expansions.enumerated() { result[row] += expansion.logSlope - log(scale) }
    }
    return result
  }
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
    let mirrored = columns.mirrored
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

  /// Where a period begins: in the middle of the widest gap between values on a circle, so that it has the
  /// most of the values as they are.
  private static func emptiest(_ values: [Double], period: Double) -> Double {
    let sorted = values.map { $0 - period * ($0 / period).rounded(.down) }.sorted()
    guard let first = sorted.first, let last = sorted.last else { return 0 }
    var widest = (size: first + period - last, start: last)
    for (one, next) in zip(sorted, sorted.dropFirst()) where next - one > widest.size {
      widest = (next - one, one)
    }
    let place = widest.start + widest.size / 2
    let turns = values.map { (($0 - place) / period).rounded(.down) }.sorted()
    var best = (turn: 0.0, count: 0)
    var begin = 0
    for end in turns.indices.map({ $0 + 1 }) where end == turns.count || turns[end] > turns[begin] {
      if end - begin > best.count { best = (turns[begin], end - begin) }
      begin = end
    }
    return place + best.turn * period
  }
}

extension [ColumnTransformation] {
  /// How many columns are mirrored at edges.
  var mirrored: Int {
    count { if case .reflection(let lower, let upper) = $0 { lower != nil || upper != nil } else { false } }
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
