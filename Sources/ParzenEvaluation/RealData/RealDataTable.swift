import ParzenPlatform

/// Results on real data as text.
package struct RealDataTable: Sendable {
  /// The results, in the order of the rows, all of the same methods.
  package let results: [RealDataResult]

  package init(_ results: [RealDataResult]) {
    self.results = results
  }

  /// A table of mean log likelihoods, one of the differences from the better rival, and the sums of wins,
  /// ties and losses.
  package var text: String {
    ([logLikelihoods] + (compared.isEmpty ? [] : [differences, summary])).joined(separator: "\n\n")
  }

  /// `value +- standard error` for each method, with a dash where it failed.
  var logLikelihoods: String {
    let header = ["data set", "n", "d"] + (results.first?.methods.map(\.name) ?? [])
    let rows = results.map { result in
      [result.dataSet, "\(result.size)", "\(result.dimension)"]
        + result.methods.map { $0.logLikelihood.map(Self.text) ?? "-" }
    }
    let title = "mean log likelihood of held-out samples, nats per sample"
    return ([title] + aligned([header] + rows)).joined(separator: "\n")
  }

  /// `difference +- standard error, verdict (rival)` for each method that is no rival.
  var differences: String {
    let rows = results.map { result in
      [result.dataSet]
        + compared.map { method in
          result.comparisons.first { $0.method == method }.map { comparison in
            """
            \(comparison.difference.map(Self.text) ?? "-"), \(comparison.verdict.rawValue) \
            (\(comparison.rival))
            """
          } ?? "-"
        }
    }
    let title = "the same less that of the better of \(RealDataResult.rivals.joined(separator: " and "))"
    return ([title] + aligned([["data set"] + compared] + rows)).joined(separator: "\n")
  }

  /// How often each method wins, ties and loses.
  var summary: String {
    let lines = compared.map { method in
      let verdicts = results.flatMap(\.comparisons).filter { $0.method == method }.map(\.verdict)
      func count(_ verdict: RealDataResult.Verdict) -> Int { verdicts.count { $0 == verdict } }
      return """
        \(method) wins or ties (\(RealDataResult.tieWidth) nats) on \(count(.win) + count(.tie)) of \
        \(verdicts.count): \(count(.win)) won, \(count(.tie)) tied, \(count(.loss)) lost
        """
    }
    return lines.joined(separator: "\n")
  }

  /// The names of the methods that are compared on some data set.
  private var compared: [String] {
    results.first { !$0.comparisons.isEmpty }?.comparisons.map(\.method) ?? []
  }

  /// Three decimals: a tie is decided by the second.
  private static func text(_ measurement: Measurement) -> String {
    measurement.standardError.isNaN
      ? formatted("%.3f", measurement.value)
      : formatted("%.3f +- %.3f", measurement.value, measurement.standardError)
  }
}
