import Parzen

/// The answer to a question to a density: a table.
struct DensityAnswer {
  var columnNames: [String]
  var rows: [[Double]]
  /// A column of texts, where rows are about columns of the density.
  var labels: (name: String, texts: [String])?
  /// The rows of each region in one dimension: the density decides how many intervals it has.
  var intervalCounts: [Int]?

  /// Mean, standard deviation, median and credible intervals of every column.
  static func credible(
    _ mixture: TransformedMixture, _ probabilities: [Double], _ names: [String]
  ) throws(ParzenError) -> DensityAnswer {
    let table = try CredibleTable(of: mixture, probabilities: probabilities)
    let columns = probabilities.flatMap { p in
      let label = percent(p)
      return [
        "lower_\(label)", "upper_\(label)", "hdi_lower_\(label)", "hdi_upper_\(label)", "hdi_parts_\(label)",
      ]
    }
    let rows = table.columns.map { column in
      [column.mean, column.standardDeviation, column.median]
        + probabilities.indices.flatMap { index in
          let (tails, region) = (column.equalTails[index], column.highestDensity[index].intervals)
          return [
            tails.lower, tails.upper, region.first?.lower ?? .nan, region.last?.upper ?? .nan,
            Double(region.count),
          ]
        }
    }
    return DensityAnswer(
      columnNames: ["mean", "standard_deviation", "median"] + columns, rows: rows, labels: ("column", names))
  }

  /// A row for each probability, a column for each of the density's.
  static func quantiles(
    of mixture: TransformedMixture, _ probabilities: [Double], _ names: [String]
  ) throws(ParzenError) -> DensityAnswer {
    let marginals = names.indices.map { mixture.marginal(of: [$0]) }
    let rows = try probabilities.map { (p) throws(ParzenError) in
      [p] + (try marginals.map { (marginal) throws(ParzenError) in try marginal.quantile(p) })
    }
    return DensityAnswer(columnNames: ["probability"] + names, rows: rows)
  }

  /// The probability of at most a value, for each value, in one dimension.
  static func distribution(
    of mixture: TransformedMixture, _ values: [Double], _ names: [String]
  ) throws(ParzenError) -> DensityAnswer {
    guard mixture.dimension == 1 else {
      throw .invalidOption("--cdf is for one column: choose it with --marginal, or use --box")
    }
    return DensityAnswer(
      columnNames: [names[0], "probability", "tail_probability"],
      rows: try values.map { (value) throws(ParzenError) in
        [value, try mixture.cumulativeProbability(at: value), try mixture.tailProbability(at: value)]
      })
  }

  /// The probabilities of boxes.
  static func boxes(
    of mixture: TransformedMixture, _ boxes: [(lower: [Double], upper: [Double])], seed: UInt64
  ) throws(ParzenError) -> DensityAnswer {
    let rows = try boxes.map { (box) throws(ParzenError) in
      let probability = try mixture.probability(lower: box.lower, upper: box.upper, seed: seed)
      return [probability.value, probability.standardError]
    }
    return DensityAnswer(columnNames: ["probability", "computing_error"], rows: rows)
  }

  /// Highest-density regions: exact with a row for every interval in one dimension, thresholds by draws in
  /// more.
  static func regions(
    of mixture: TransformedMixture, _ probabilities: [Double], seed: UInt64
  ) throws(ParzenError) -> DensityAnswer {
    guard mixture.dimension == 1 else {
      let regions = try HighestDensityRegion.regions(holding: probabilities, of: mixture, seed: seed)
      return DensityAnswer(
        columnNames: ["probability", "log_density_at_least", "computing_error_of_probability"],
        rows: regions.map { [$0.probability, $0.logThreshold, $0.standardError] })
    }
    let regions = try probabilities.map { (p) throws(ParzenError) in
      try HighestDensityRegion(holding: p, of: mixture)
    }
    return DensityAnswer(
      columnNames: ["probability", "log_density_at_least", "lower", "upper"],
      rows: regions.flatMap { region in
        region.intervals.map { [region.probability, region.logThreshold, $0.lower, $0.upper] }
      },
      intervalCounts: regions.map(\.intervals.count))
  }

  /// Independent draws.
  static func draws(of mixture: TransformedMixture, _ count: Int, _ names: [String], seed: UInt64)
    -> DensityAnswer
  {
    var sequence = DrawSequence(mixture, seed: seed)
    let draws = sequence.draw(count)
    return DensityAnswer(columnNames: names, rows: (0..<draws.rows).map { Array(draws[row: $0]) })
  }

  /// The conditional mean, standard deviation and quantiles of the columns that are asked, for every row of
  /// given values.
  static func conditionals(
    of mixture: AskedDensity.Mixture, _ asked: AskedDensity, _ given: (columns: [Int], values: Matrix)
  ) throws(ParzenError) -> DensityAnswer {
    let free = asked.allNames.indices.filter { !given.columns.contains($0) }
    let wanted = asked.columns.filter(free.contains)
    let probabilities = [0.025, 0.16, 0.5, 0.84, 0.975]
    var rows: [[Double]] = []
    for row in 0..<given.values.rows {
      let conditional = try asked.conditional(
        of: mixture.whole, on: given.columns, equalTo: Array(given.values[row: row]))
      var figures = Array(given.values[row: row])
      for column in wanted {
        let marginal = conditional.marginal(of: [free.firstIndex(of: column)!])
        figures += [try marginal.mean, try marginal.standardDeviation]
        for p in probabilities { figures.append(try marginal.quantile(p)) }
      }
      rows.append(figures)
    }
    let names = wanted.flatMap { column -> [String] in
      let name = asked.allNames[column]
      return ["\(name)_mean", "\(name)_standard_deviation"] + probabilities.map { "\(name)_q\(percent($0))" }
    }
    return DensityAnswer(columnNames: given.columns.map { asked.allNames[$0] } + names, rows: rows)
  }

  private static func percent(_ p: Double) -> String { short(100 * p) }
}
