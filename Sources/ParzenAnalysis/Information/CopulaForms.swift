import ParzenCore
import ParzenDistributions
import ParzenEstimators
import ParzenPlatform

/// The densities of groups of columns in several forms.
struct CopulaForms {
  /// The copula part of the log density at every sample.
  struct Values {
    /// By fits that the sample had no part in.
    var heldOut: [Double]
    /// By the fit to all samples.
    var inSample: [Double]
  }

  private let fit: WeightedDensityFit
  private let options: AnalysisOptions
  /// The samples as they are, and their scores by each law.
  private let forms: [Matrix]
  /// The columns' own log densities in each form, held out and in the sample.
  private let own: [[Int: Values]]
  /// The fits of all columns in each form, one for each fold and one to all samples.
  private let joint: [Fits]
  private let columns: [Int]

  /// Fits with the densities that they made; nil where one failed.
  private struct Fits {
    var folds: [any Density]
    var whole: any Density
  }

  init(
    _ samples: Matrix, columns: [Int], fit: @escaping WeightedDensityFit, options: AnalysisOptions
  ) throws(ParzenError) {
    self.fit = fit
    self.options = options
    self.columns = columns
    let scores = ScoreLaw.allCases.map { ($0, $0.scores(of: samples)) }
    forms = [samples] + scores.map(\.1)
    var joint: [Fits] = []
    var failure: ParzenError?
    for form in forms {
      do throws(ParzenError) {
        joint.append(try Self.fits(form, columns, fit, options))
      } catch {
        guard error != .cancelled else { throw error }
        failure = failure ?? error
        joint.append(Fits(folds: [], whole: GaussianCopula.none))
      }
    }
    self.joint = joint
    if let failure, joint.allSatisfy(\.folds.isEmpty) { throw failure }
    var raw: [Int: Values] = [:]
    if !joint[0].folds.isEmpty {
      for column in columns {
        let fits = try Self.fits(samples, [column], fit, options)
        raw[column] = try Self.values(fits, samples.selectingColumns([column]), options)
      }
    }
    own =
      [raw]
      + scores.map { law, scores in
        var own: [Int: Values] = [:]
        for column in columns {
          let values = scores[column: column].map(law.logDensity)
          own[column] = Values(heldOut: values, inSample: values)
        }
        return own
      }
  }

  /// The copula part of a group of columns: the best mixture of all forms.
  func copula(_ group: [Int]) throws(ParzenError) -> Values {
    let n = forms[0].rows
    guard group.count > 1 else {
      let zeros = [Double](repeating: 0, count: n)
      return Values(heldOut: zeros, inSample: zeros)
    }
    var candidates: [Values] = []
    for (index, form) in forms.enumerated() {
      let values = form.selectingColumns(group)
      var found: [Values] = []
      if !joint[index].folds.isEmpty {
        let places = group.compactMap { columns.firstIndex(of: $0) }
        if group.count == columns.count {
          found.append(try Self.values(joint[index], form.selectingColumns(columns), options))
        } else {
          if let marginal = marginals(joint[index], places) {
            found.append(try Self.values(marginal, values, options))
          }
          if let own = try attempt(Self.fits(form, group, fit, options)) {
            found.append(try Self.values(own, values, options))
          }
        }
      }
      if index == 1, let gaussian = try attempt(Self.fits(form, group, GaussianCopula.fit, options)) {
        found.append(try Self.values(gaussian, values, options))
      }
      candidates += found.map { candidate in
        var part = candidate
        for column in group {
          guard let own = own[index][column] else { continue }
          for row in 0..<n {
            part.heldOut[row] -= own.heldOut[row]
            part.inSample[row] -= own.inSample[row]
          }
        }
        return part
      }
    }
    return Self.mixture(candidates)
  }

  /// The marginals of fits that have them.
  private func marginals(_ fits: Fits, _ places: [Int]) -> Fits? {
    func marginal(_ density: any Density) -> (any Density)? {
      guard let density = density as? any MarginalizableDensity else { return nil }
      return density.marginal(of: places)
    }
    let folds = fits.folds.compactMap(marginal)
    guard folds.count == fits.folds.count, let whole = marginal(fits.whole) else { return nil }
    return Fits(folds: folds, whole: whole)
  }

  /// Densities weighted so that their mixture has the highest held-out likelihood (EM on the weights alone).
  private static func mixture(_ candidates: [Values]) -> Values {
    var weights = [Double](repeating: 1 / Double(candidates.count), count: candidates.count)
    let n = candidates[0].heldOut.count
    func combined(_ part: KeyPath<Values, [Double]>, _ row: Int) -> (logarithm: Double, shares: [Double]) {
      let terms = candidates.indices.map { log(weights[$0]) + candidates[$0][keyPath: part][row] }
      let largest = terms.max() ?? 0
      guard largest > -.infinity else { return (largest, weights) }
      let powers = terms.map { exp($0 - largest) }
      let sum = powers.reduce(0, +)
      return (largest + log(sum), powers.map { $0 / sum })
    }
    for _ in 0..<50 {
      var sums = [Double](repeating: 0, count: weights.count)
      for row in 0..<n {
        for (index, share) in combined(\.heldOut, row).shares.enumerated() { sums[index] += share }
      }
      weights = sums.map { $0 / Double(n) }
    }
    return Values(
      heldOut: (0..<n).map { combined(\.heldOut, $0).logarithm },
      inSample: (0..<n).map { combined(\.inSample, $0).logarithm })
  }
}

extension CopulaForms {
  /// The samples of a fold, and the others.
  private static func division(_ count: Int, _ options: AnalysisOptions) -> [(held: [Int], others: [Int])] {
    var generator = Xoshiro256(seed: options.seed)
    let order = generator.nextPermutation(of: count)
    return (0..<options.folds).map { fold in
      let range = fold * count / options.folds..<(fold + 1) * count / options.folds
      return (Array(order[range]), Array(order[..<range.lowerBound] + order[range.upperBound...]))
    }
  }

  /// The fits to some columns of the samples.
  private static func fits(
    _ form: Matrix, _ group: [Int], _ fit: @escaping WeightedDensityFit, _ options: AnalysisOptions
  ) throws(ParzenError) -> Fits {
    let samples = form.selectingColumns(group)
    let division = division(samples.rows, options)
    do throws(ParzenError) {
      var densities = try concurrentResults(division.count + 1, threads: options.threads) {
        (index) throws(ParzenError) -> any Distribution in
        guard index < division.count else { return try fit(samples, nil, 1) }
        return try withoutPart(of: division.count) { () throws(ParzenError) in
          try fit(samples.selectingRows(division[index].others), nil, 1)
        }
      }
      let whole = densities.removeLast()
      return Fits(folds: densities, whole: whole)
    } catch {
      throw error.amongColumns(group)
    }
  }

  private static func values(
    _ fits: Fits, _ samples: Matrix, _ options: AnalysisOptions
  ) throws(ParzenError) -> Values {
    var heldOut = [Double](repeating: 0, count: samples.rows)
    for (fold, part) in division(samples.rows, options).enumerated() {
      let values = try fits.folds[fold].logDensity(at: samples.selectingRows(part.held))
      for (row, value) in zip(part.held, values) { heldOut[row] = value }
    }
    return Values(heldOut: heldOut, inSample: try fits.whole.logDensity(at: samples))
  }
}

/// One Gaussian with the samples' mean and covariance.
private enum GaussianCopula {
  static let fit: WeightedDensityFit = { (samples, _, _) throws(ParzenError) in
    let (mean, root) = (samples.columnMeans, Double(samples.rows).squareRoot())
    var deviations = samples
    for row in 0..<samples.rows {
      for i in mean.indices { deviations[row, i] = (samples[row, i] - mean[i]) / root }
    }
    return try GaussianMixture(weights: [1], means: Matrix([mean]), covariances: [deviations.columnProducts])
  }

  /// Stands for a fit that failed.
  static var none: any Density {
    byConstruction { try GaussianMixture(weights: [1], means: Matrix([[0]]), variances: Matrix([[1]])) }
  }
}
