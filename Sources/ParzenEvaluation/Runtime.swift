import ParzenCore
import ParzenPlatform

/// How the time of methods grows with the number n of samples: fitting n samples and evaluating at as many
/// fresh queries, of a random `gmm-rotated` target.
package struct Runtime: Sendable {
  /// One measurement.
  package struct Point: Sendable, Equatable, Codable {
    package var method: String
    /// The number of samples, and of queries.
    package var size: Int
    /// Seconds: the least of three runs, or of one that takes more than a second.
    package var seconds: Double
  }

  /// The measurements, method by method, sizes ascending.
  package let points: [Point]
  /// The methods' names in the order given.
  package let methods: [String]

  /// Times methods in turn at every size. A method that took longer than `limit` seconds is left out at
  /// larger sizes.
  ///
  /// - Parameters:
  ///   - methods: those that see the samples alone.
  ///   - sizes: ascending.
  ///   - dimension: of the target.
  ///   - limit: seconds.
  /// - Throws: `ParzenError.invalidOption` for an oracle, which has no time of its own; what the methods
  ///   throw.
  package init(
    methods: [EvaluationMethod], sizes: [Int], dimension: Int, seed: UInt64, limit: Double = 15,
    report: (Point) -> Void = { _ in }
  ) throws {
    let family = try TargetFamily.named("gmm-rotated")
    let source = ContextSource(seed: seed, queries: sizes.max() ?? 1)
    var points: [Point] = []
    var exhausted: Set<String> = []
    for size in sizes {
      let context = source.context(0, of: family, dimension: dimension, size: size)
      let queries = context.queries.selectingRows(0..<size)
      for method in methods where !exhausted.contains(method.name) {
        guard let fit = method.fit else {
          throw ParzenError.invalidOption("\(method.name) is told the truth: its time says nothing")
        }
        var best = Double.infinity
        for _ in 0..<3 {
          let start = ContinuousClock.now
          let estimate = try fit(context.samples)
          if let density = estimate as? any Density {
            _ = try density.evaluate(at: queries)
          } else {
            _ = try estimate.score(at: queries)
          }
          best = min(best, (ContinuousClock.now - start) / .seconds(1))
          if best > 1 { break }
        }
        let point = Point(method: method.name, size: size, seconds: best)
        report(point)
        points.append(point)
        if best > limit { exhausted.insert(method.name) }
      }
    }
    self.points = points
    self.methods = methods.map(\.name)
  }

  /// The points of a method.
  package func points(of method: String) -> [Point] { points.filter { $0.method == method } }

  /// The exponent b of seconds ~ n^b, by least squares of the logarithms over a method's three largest sizes;
  /// nil with fewer.
  package func exponent(of method: String) -> Double? {
    let last = points(of: method).suffix(3)
    guard last.count == 3 else { return nil }
    let x = last.map { log(Double($0.size)) }
    let y = last.map { log($0.seconds) }
    let (meanX, meanY) = (x.reduce(0, +) / 3, y.reduce(0, +) / 3)
    let covariance = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    return covariance / x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
  }

  /// Seconds by size and method, and the exponents.
  package var text: String {
    var sizes: [Int] = []
    for point in points where !sizes.contains(point.size) { sizes.append(point.size) }
    let rows = sizes.map { size in
      ["\(size)"]
        + methods.map { method in
          points.first { $0.size == size && $0.method == method }.map { formatted("%.3g", $0.seconds) }
            ?? "-"
        }
    }
    let exponents =
      ["exponent"] + methods.map { exponent(of: $0).map { formatted("%.2f", $0) } ?? "-" }
    return
      (["seconds to fit n samples and evaluate at n queries"]
      + aligned([["n"] + methods] + rows + [exponents])).joined(separator: "\n")
  }
}
