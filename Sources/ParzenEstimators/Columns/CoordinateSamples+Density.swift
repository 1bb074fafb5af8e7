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
        guard let limit = width.limit(deviation, count: mixture.weights[k] * total, of: total) else {
          return false
        }
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
    func range(without ends: Int) -> Double {
      // The ranges of fewer than fifty samples are narrower by chance.
      let usual = Self.usualRange(of: values.count, without: ends)
      let factor = max(1, Self.usualRange(of: 50, without: min(ends, 1)) / usual)
      return (ascending[values.count - 1 - ends] - ascending[ends]) * factor
    }
    self = .within(whole: range(without: 0), inner: range(without: ends))
  }

  /// The range of normal samples without some at either end, in standard deviations (G. Blom, Statistical
  /// Estimates and Transformed Beta-Variables, 1958).
  private static func usualRange(of count: Int, without ends: Int) -> Double {
    -2 * standardNormalQuantile((Double(ends) + 0.625) / (Double(count) + 0.25))
  }

  /// The deviation that a component of so many samples may have in place of its own; nil where it is left
  /// out.
  ///
  /// No samples deviate by more than half their range (T. Popoviciu, Sur les équations algébriques ayant
  /// toutes leurs racines réelles, Mathematica 9, 1935). Of less than three samples, it is a third of the
  /// range that wild values do not stretch, and of less than a hundredth, a quarter. In a normal law it is a
  /// quarter of the range of as many samples as there are, which is more than the law's own deviation where
  /// clusters differ in width, and of less than three samples the latter, up to chance. Less than three are a
  /// tenth of less than thirty.
  func limit(_ deviation: Double, count: Double, of total: Double) -> Double? {
    let isFew = count < min(3, total / 10)
    switch self {
    case .within(_, let inner) where count < 0.01 || isFew:
      return deviation <= inner / (count < 0.01 ? 4 : 3) ? deviation : nil
    case .within(let whole, _):
      return min(deviation, whole / 2)
    case .ofNormal(let own, _) where isFew:
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
