import ParzenCore
import ParzenDistributions
import ParzenPlatform

/// Families with parameters in their names: `separated-2-80` is two normals 80 apart.
struct ParametrizedFamily: Sendable {
  /// The name before the parameters.
  let name: String
  /// The parameters' symbols and ranges, in their order; `whole` ones are whole numbers.
  let parameters: [(symbol: String, range: ClosedRange<Double>, whole: Bool)]
  /// What it is, in a line.
  let summary: String
  /// The family of given parameters, with its full name.
  let make: @Sendable (String, [Double]) -> TargetFamily

  /// The name with its symbols: `separated-K-D`.
  var pattern: String { ([name] + parameters.map(\.symbol)).joined(separator: "-") }

  /// The family of a full name; nil if that is not one of these.
  ///
  /// - Throws: `ParzenError.invalidOption` if the parameters are not what the pattern wants.
  func family(named full: String) throws(ParzenError) -> TargetFamily? {
    guard full.hasPrefix(name + "-") else { return nil }
    // An empty piece is the sign of the next.
    var (values, sign): ([Double], String) = ([], "")
    for piece in full.dropFirst(name.count + 1).split(separator: "-", omittingEmptySubsequences: false) {
      if piece.isEmpty, sign.isEmpty {
        sign = "-"
        continue
      }
      values.append(Double(sign + piece) ?? .nan)
      sign = ""
    }
    guard values.count == parameters.count, sign.isEmpty,
      zip(values, parameters).allSatisfy({ value, parameter in
        parameter.range.contains(value) && (!parameter.whole || value == value.rounded())
      })
    else {
      let ranges = parameters.map { parameter in
        "\(parameter.symbol)\(parameter.whole ? " whole," : "") from \(parameter.range.lowerBound) to "
          + "\(parameter.range.upperBound)"
      }
      throw .invalidOption(
        "\"\(full)\" is no target: write \(pattern) with \(ranges.joined(separator: " and "))")
    }
    return make(full, values)
  }

  /// All families with parameters.
  static let all: [ParametrizedFamily] = [
    ParametrizedFamily(
      name: "separated", parameters: [("K", 1...1000, true), ("D", 0...1e12, false)],
      summary: "K unit normals of equal weights on a grid with steps of D"
    ) { name, values in
      TargetFamily(name: name, summary: "unit normals on a grid") { dimension, _ in
        grid(count: Int(values[0]), step: values[1], dimension: dimension)
      }
    },
    ParametrizedFamily(
      name: "scattered", parameters: [("K", 1...1000, true)],
      summary: "K normals of equal weights, means uniform in [-10, 10]^d, standard deviations in [0.5, 1]"
    ) { name, values in
      let prior = GaussianMixturePrior(
        components: Int(values[0])...Int(values[0]), means: -10...10, sizes: .standardDeviations(0.5...1))
      return TargetFamily(name: name, summary: "scattered normals") {
        let frame = prior.drawFrame(dimension: $0, using: &$1)
        return GaussianMixture.normals(
          weights: [Double](repeating: 1, count: Int(values[0])), means: frame.means,
          deviations: frame.deviations)
      }
    },
    ParametrizedFamily(
      name: "narrow-wide", parameters: [("R", 1...1e12, false)],
      summary: "two normals of equal weights 5 apart along every axis, standard deviations 1 and 1 / R"
    ) { name, values in
      TargetFamily(name: name, summary: "a narrow normal beside a wide one") { dimension, _ in
        GaussianMixture.normals(
          weights: [1, 1],
          means: Matrix([0, 5].map { [Double](repeating: $0, count: dimension) }),
          deviations: Matrix([1, 1 / values[0]].map { [Double](repeating: $0, count: dimension) }))
      }
    },
    contaminated(
      "wild", [("K", 0...1000, true), ("D", 0...1e12, false)],
      "N(0, I); K samples are wild values, at distances of D to 2 D"
    ) { .wildValues(count: Int($0[0]), size: $0[1]) },
    contaminated(
      "codes", [("P", 0...100, false), ("CODE", -1e12...1e12, false)],
      "N(0, I); in P per cent of the samples one value is CODE"
    ) { .codes(share: $0[0] / 100, code: $0[1]) },
    contaminated(
      "rounded", [("S", 1e-6...100, false)], "N(0, I); the samples are rounded to multiples of S"
    ) { .rounding(step: $0[0]) },
  ]

  /// Standard normals with contaminated samples.
  private static func contaminated(
    _ name: String, _ parameters: [(symbol: String, range: ClosedRange<Double>, whole: Bool)],
    _ summary: String, _ contamination: @escaping @Sendable ([Double]) -> Contamination
  ) -> ParametrizedFamily {
    ParametrizedFamily(name: name, parameters: parameters, summary: summary) { name, values in
      TargetFamily(name: name, summary: summary, contamination: contamination(values)) { dimension, _ in
        byConstruction {
          try ProductDistribution(repeating: UnivariateDistribution(.normal), dimension: dimension)
        }
      }
    }
  }

  /// Unit normals of equal weights at the first `count` points of the smallest cubic grid that has as many.
  private static func grid(count: Int, step: Double, dimension: Int) -> GaussianMixture {
    var side = 1
    while pow(Double(side), Double(dimension)) < Double(count) { side += 1 }
    let means = (0..<count).map { index in
      var rest = index
      return (0..<dimension).map { _ in
        defer { rest /= side }
        return step * Double(rest % side)
      }
    }
    return .normals(
      weights: [Double](repeating: 1, count: count), means: Matrix(means),
      deviations: Matrix(rows: count, columns: dimension, repeating: 1))
  }
}

/// What befalls samples, never queries, before an estimator sees them.
///
/// With a share p of rows that are no draws from the target f any more, the truth at a query is log((1 - p)
/// f): the law of the samples, away from the foreign rows. So an estimate that gives these rows their share
/// and is exact elsewhere has no error.
package struct Contamination: Sendable {
  /// Changes samples (n x d) in place; returns the share of rows that are foreign now.
  let contaminate: @Sendable (inout Matrix, inout Xoshiro256) -> Double

  /// `count` rows (all, if there are fewer) at a random direction from the origin, at a distance of `size` to
  /// twice that.
  static func wildValues(count: Int, size: Double) -> Contamination {
    Contamination { samples, generator in
      let rows = generator.nextSubset(of: samples.rows, size: min(count, samples.rows))
      for row in rows {
        let direction = (0..<samples.columns).map { _ in generator.nextNormal() }
        let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let distance = size * generator.nextUniform(1, 2)
        for column in 0..<samples.columns { samples[row, column] = distance * direction[column] / length }
      }
      return Double(rows.count) / Double(samples.rows)
    }
  }

  /// A share of rows, rounded to whole ones, has one of its values, in a random column, replaced by a code,
  /// as tables have for missing values.
  static func codes(share: Double, code: Double) -> Contamination {
    Contamination { samples, generator in
      let count = Int((share * Double(samples.rows)).rounded())
      for row in generator.nextSubset(of: samples.rows, size: count) {
        samples[row, generator.nextInteger(below: samples.columns)] = code
      }
      return Double(count) / Double(samples.rows)
    }
  }

  /// All values rounded to multiples of `step`; none is foreign.
  static func rounding(step: Double) -> Contamination {
    Contamination { samples, _ in
      for row in 0..<samples.rows {
        for column in 0..<samples.columns {
          samples[row, column] = (samples[row, column] / step).rounded() * step
        }
      }
      return 0
    }
  }
}
