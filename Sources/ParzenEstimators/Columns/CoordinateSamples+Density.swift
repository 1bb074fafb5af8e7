import ParzenCore
import ParzenDistributions

extension CoordinateSamples {
  /// The density of the columns' values, of a mixture in the coordinates.
  ///
  /// Where a column is transformed, no component is wider than samples can be; the far tails are for columns
  /// as they are, and in a logarithm had no moments to speak of.
  func density(_ mixture: GaussianMixture) throws(ParzenError) -> TransformedMixture {
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
