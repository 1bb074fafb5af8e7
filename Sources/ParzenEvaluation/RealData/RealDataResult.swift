import ParzenCore

/// How methods did on one real data set.
package struct RealDataResult: Sendable, Equatable, Codable {
  /// The data set's name.
  package var dataSet: String
  /// The number n of samples, of which methods saw one half at a time.
  package var size: Int
  /// The dimension d.
  package var dimension: Int
  /// The widths of the noise that was added to the columns, in their units; missing where none was.
  package var resolutions: [Double]?
  /// The methods.
  package var methods: [Method]
  /// The methods beside the better of `rivals`: one entry for each that is no rival itself, none where every
  /// rival failed or was left out.
  package var comparisons: [Comparison]

  /// How one method did.
  package struct Method: Sendable, Equatable, Codable {
    /// The method's name.
    package var name: String
    /// The mean log density of a held-out sample, in nats, for the data in their own units. Its standard
    /// error is that of a mean over more divisions of these data, not over other data. Missing where the
    /// method failed on a division.
    package var logLikelihood: Measurement?
    /// The same for each division, missing where the method failed.
    package var divisions: [Double?]
    /// Why the method failed on the first division where it did.
    package var failure: String?

    init(name: String, outcomes: [RealDataOutcome]) {
      self.name = name
      divisions = outcomes.map(\.logLikelihood)
      failure = outcomes.lazy.compactMap(\.failure).first
      let found = divisions.compactMap(\.self)
      if found.count == outcomes.count { logLikelihood = Measurement(meanOf: found) }
    }
  }

  /// A method beside the better of its rivals on the same divisions.
  package struct Comparison: Sendable, Equatable, Codable {
    /// The method's name.
    package var method: String
    /// The rival with the larger mean log likelihood on this data set.
    package var rival: String
    /// The method's mean log likelihood less the rival's, with the standard error of the mean of the
    /// differences on the divisions. Missing where the method failed.
    package var difference: Measurement?
    /// What follows from the difference; a failure loses.
    package var verdict: Verdict
  }

  /// Which of two methods does better.
  package enum Verdict: String, Sendable, Codable {
    case win, tie, loss
  }

  /// The methods that the others are compared with: kernel density with a cross-validated bandwidth, and
  /// mixtures by expectation-maximisation and BIC.
  package static let rivals = ["kde-cv", "em"]
  /// Means within so many nats for a sample are a tie.
  package static let tieWidth = 0.02

  /// Compares the methods.
  init(dataSet: RealDataSet, resolutions: [Double]?, methods: [Method]) {
    self.dataSet = dataSet.name
    size = dataSet.values.rows
    dimension = dataSet.values.columns
    self.resolutions = resolutions
    self.methods = methods
    let rivals = methods.filter { Self.rivals.contains($0.name) && $0.logLikelihood != nil }
    let best = rivals.max { $0.logLikelihood!.value < $1.logLikelihood!.value }
    comparisons =
      best.map { best in
        methods.filter { !Self.rivals.contains($0.name) }.map { Comparison($0, rival: best) }
      } ?? []
  }
}

extension RealDataResult.Comparison {
  /// Compares a method with a rival that did not fail.
  init(_ method: RealDataResult.Method, rival: RealDataResult.Method) {
    self.method = method.name
    self.rival = rival.name
    guard method.logLikelihood != nil else {
      verdict = .loss
      return
    }
    let difference = Measurement(
      meanOf: zip(method.divisions, rival.divisions).map { $0! - $1! })
    self.difference = difference
    verdict =
      abs(difference.value) <= RealDataResult.tieWidth ? .tie : difference.value > 0 ? .win : .loss
  }
}
