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
  private let division: SampleDivision
  private let threads: Int
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
    do throws(ParzenError) {
      // Scores of ranks would hide values that are none.
      try SampleDiagnosis.checkValues(samples.selectingColumns(columns))
    } catch {
      throw error.amongColumns(columns)
    }
    let division = try SampleDivision(of: samples.rows, parts: options.folds, seed: options.seed)
    let threads = options.threads
    let samples = samples.spreadingTies(of: columns, seed: options.seed)
    self.fit = fit
    self.division = division
    self.threads = threads
    self.columns = columns
    let scores = ScoreLaw.allCases.map { ($0, $0.scores(of: samples)) }
    forms = [samples] + scores.map(\.1)
    var joint: [Fits] = []
    var failure: ParzenError?
    for form in forms {
      do throws(ParzenError) {
        joint.append(try Self.fits(form, columns, fit, division, threads))
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
        let fits = try Self.fits(samples, [column], fit, division, threads)
        raw[column] = try Self.values(fits, samples.selectingColumns([column]), division)
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
          found.append(try Self.values(joint[index], form.selectingColumns(columns), division))
        } else {
          if let marginal = marginals(joint[index], places) {
            found.append(try Self.values(marginal, values, division))
          }
          if let own = try attempt(Self.fits(form, group, fit, division, threads)) {
            found.append(try Self.values(own, values, division))
          }
        }
      }
      if index == 1, let gaussian = try attempt(Self.fits(form, group, GaussianCopula.fit, division, threads))
      {
        found.append(try Self.values(gaussian, values, division))
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

  /// The mixture of densities that has the highest held-out likelihood.
  private static func mixture(_ candidates: [Values]) -> Values {
    let n = candidates[0].heldOut.count
    let weights = StackingWeights(
      heldOut: candidates.map(\.heldOut), counts: [Double](repeating: 1, count: n),
      prior: candidates.map { _ in 0 }, steps: 50
    ).weights
    func combined(_ part: KeyPath<Values, [Double]>) -> [Double] {
      (0..<n).map { row in
        let terms = candidates.indices.map { log(weights[$0]) + candidates[$0][keyPath: part][row] }
        let largest = terms.max() ?? 0
        guard largest > -.infinity else { return largest }
        return largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
      }
    }
    return Values(heldOut: combined(\.heldOut), inSample: combined(\.inSample))
  }
}

extension CopulaForms {
  /// The fits to some columns of the samples.
  private static func fits(
    _ form: Matrix, _ group: [Int], _ fit: @escaping WeightedDensityFit, _ division: SampleDivision,
    _ threads: Int
  ) throws(ParzenError) -> Fits {
    let samples = form.selectingColumns(group)
    do throws(ParzenError) {
      var densities = try concurrentResults(division.parts + 1, threads: threads) {
        (index) throws(ParzenError) -> any Distribution in
        guard index < division.parts else { return try fit(samples, nil, 1) }
        return try division.fit(to: division.others(of: index), of: samples, nil, by: fit)
      }
      let whole = densities.removeLast()
      return Fits(folds: densities, whole: whole)
    } catch {
      throw error.amongColumns(group)
    }
  }

  private static func values(
    _ fits: Fits, _ samples: Matrix, _ division: SampleDivision
  ) throws(ParzenError) -> Values {
    var heldOut = [Double](repeating: 0, count: samples.rows)
    for fold in 0..<division.parts {
      let held = division.members(of: fold)
      let values = try fits.folds[fold].logDensity(at: samples.selectingRows(held))
      for (row, value) in zip(held, values) { heldOut[row] = value }
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
