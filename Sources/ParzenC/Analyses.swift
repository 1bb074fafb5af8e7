// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CParzen
import ParzenAnalysis
import ParzenCore
import ParzenDistributions
import ParzenDynamics

// The functions of parzen.h that analyse samples and densities.

@c @implementation
public func parzen_modes(
  _ density: OpaquePointer, _ samples: UnsafePointer<parzen_matrix>, _ options: UnsafePointer<CChar>?,
  _ control: UnsafePointer<parzen_control>?, _ labels: UnsafeMutablePointer<Int64>?,
  _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ error: UnsafeMutablePointer<parzen_error>?
) -> parzen_status {
  call(error) { () throws(ParzenError) in
    var options = try Options(options)
    let smallestShare = try options.number("smallest_share") ?? ModeClustering.defaultSmallestShare
    let significance = try options.number("significance") ?? ModeClustering.defaultSignificance
    let threads = try options.threads()
    try options.end()
    let points = try MatrixView(samples.pointee, name: "samples").copied()
    let fitted = FittedDensity.of(density)
    let clustering = try job(control) { () throws(ParzenError) in
      try modes(
        of: fitted.gaussianMixture(), points, smallestShare: smallestShare, significance: significance,
        threads: threads)
    }
    if let labels {
      for (index, label) in clustering.labels.enumerated() { labels[index] = Int64(label) }
    }
    give(["modes": clustering.modes], json)
  }
}

private func modes(
  of density: some GaussianMixtureDensity, _ samples: Matrix, smallestShare: Double, significance: Double,
  threads: Int
) throws(ParzenError) -> ModeClustering {
  try ModeClustering(
    samples: samples, density: density, smallestShare: smallestShare, significance: significance,
    threads: threads)
}

/// The method and the numbers of an analysis that refits.
private struct Analysis: Sendable {
  var method: Method
  var options: AnalysisOptions

  /// - Parameter replicates: of a bootstrap, if it has one.
  init(_ given: inout Options, replicates: Int?, folds: Int) throws(ParzenError) {
    options = AnalysisOptions(
      folds: try given.integer("folds", in: 2...Limits.repetitions) ?? folds,
      seed: try given.seed(default: 1),
      threads: try given.threads())
    if let replicates {
      options.replicates = try given.integer("replicates", in: 2...Limits.repetitions) ?? replicates
    }
    method = try Method(&given)
    try given.end()
  }
}

@c @implementation
public func parzen_information(
  _ samples: UnsafePointer<parzen_matrix>, _ others: UnsafePointer<parzen_matrix>?,
  _ options: UnsafePointer<CChar>?, _ control: UnsafePointer<parzen_control>?,
  _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ error: UnsafeMutablePointer<parzen_error>?
) -> parzen_status {
  call(error) { () throws(ParzenError) in
    var given = try Options(options)
    let groups = ColumnGroups(
      first: try given.indices("between"), second: try given.indices("and"), given: try given.indices("given")
    )
    let analysis = try Analysis(&given, replicates: 50, folds: 5)
    let points = try MatrixView(samples.pointee, name: "samples").copied()
    if !groups.isEmpty {
      guard others == nil else {
        throw .invalidOption("mutual information is of columns of one set of samples: give no others")
      }
      return give(
        try job(control) { () throws(ParzenError) in
          try MutualInformation(
            samples: points, between: groups.first, and: groups.second, given: groups.given,
            fit: analysis.method.weightedDensityFit, options: analysis.options)
        }, json)
    }
    guard let others else {
      let figures = try job(control) { () throws(ParzenError) in
        try SampleInformation(samples: points, fit: analysis.method.densityFit, options: analysis.options)
      }
      return give(SampleInformationFigures(figures), json)
    }
    let otherPoints = try MatrixView(others.pointee, name: "others").copied()
    let figures = try job(control) { () throws(ParzenError) in
      try RelativeInformation(
        samples: points, relativeTo: otherPoints, fit: analysis.method.densityFit,
        options: analysis.options)
    }
    give(RelativeInformationFigures(figures), json)
  }
}

/// The columns that a mutual information is between.
private struct ColumnGroups: Sendable {
  var first: [Int]
  var second: [Int]
  var given: [Int]

  var isEmpty: Bool { first.isEmpty && second.isEmpty && given.isEmpty }
}

@c @implementation
public func parzen_outliers(
  _ samples: UnsafePointer<parzen_matrix>, _ training: UnsafePointer<parzen_matrix>?,
  _ options: UnsafePointer<CChar>?, _ control: UnsafePointer<parzen_control>?,
  _ logDensity: UnsafePointer<parzen_matrix>, _ tailProbability: UnsafePointer<parzen_matrix>,
  _ error: UnsafeMutablePointer<parzen_error>?
) -> parzen_status {
  call(error) { () throws(ParzenError) in
    var given = try Options(options)
    var analysis = try Analysis(&given, replicates: nil, folds: 10)
    let points = try MatrixView(samples.pointee, name: "samples").copied()
    let trainingPoints = try training.map { (view) throws(ParzenError) in
      try MatrixView(view.pointee, name: "training").copied()
    }
    let logDensities = try MatrixView(logDensity.pointee, name: "log_density", rows: points.rows, columns: 1)
    let tails = try MatrixView(
      tailProbability.pointee, name: "tail_probability", rows: points.rows, columns: 1)
    analysis.options.folds = max(2, min(analysis.options.folds, (trainingPoints ?? points).rows))
    let ranking = try job(control) { [analysis] () throws(ParzenError) in
      let fit = analysis.method.densityFit
      guard let trainingPoints else {
        return try OutlierRanking(samples: points, fit: fit, options: analysis.options)
      }
      return try OutlierRanking(
        samples: points, training: trainingPoints, fit: fit, options: analysis.options)
    }
    logDensities.write(ranking.logDensity)
    tails.write(ranking.tailProbability)
  }
}

@c @implementation
public func parzen_langevin(
  _ density: OpaquePointer, _ starts: UnsafePointer<parzen_matrix>,
  _ covariance: UnsafePointer<parzen_matrix>?, _ options: UnsafePointer<CChar>?, _ seed: UInt64,
  _ control: UnsafePointer<parzen_control>?, _ draws: UnsafePointer<parzen_matrix>,
  _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ error: UnsafeMutablePointer<parzen_error>?
) -> parzen_status {
  call(error) { () throws(ParzenError) in
    let target = FittedDensity.of(density).density
    let steps = try covariance.map { (view) throws(ParzenError) in
      try MatrixView(view.pointee, name: "covariance").copied()
    }
    var options = try Options(options)
    let kinds = LangevinSampler.Kind.allCases.map { ($0.rawValue, $0) }
    let kind = try options.choice("kind", of: kinds) ?? .metropolisAdjusted
    let stepSize = try options.number("step_size")
    let warmUp = try options.integer("warm_up", in: 0...Int.max) ?? 500
    let thinning = try options.integer("thinning", in: 1...Int.max) ?? 10
    try options.end()
    let sampler = try LangevinSampler(
      target: target, kind: kind, covariance: steps, stepSize: stepSize, warmUp: warmUp, thinning: thinning)
    let places = try MatrixView(starts.pointee, name: "starts").copied()
    let view = try MatrixView(draws.pointee, name: "draws")
    guard places.rows > 0, view.rows > 0, view.rows % places.rows == 0, view.columns == places.columns else {
      throw .invalidOption("draws: give as many columns as the starts have, and a multiple of their rows")
    }
    let count = view.rows / places.rows
    let chains = try job(control) { () throws(ParzenError) in
      try sampler.sample(count: count, starts: places, seed: seed)
    }
    for (index, chain) in chains.draws.enumerated() { view.write(chain.elements, fromRow: index * count) }
    give(ChainFigures(chains), json)
  }
}

private struct ChainFigures: Encodable {
  var stepSize: Double
  var acceptanceRates: [Double]
  var splitRHat: [Double]?
  var effectiveSampleSize: [Double]?

  init(_ chains: MarkovChains) {
    stepSize = chains.stepSize
    acceptanceRates = chains.acceptanceRates
    splitRHat = chains.splitRHat
    effectiveSampleSize = chains.effectiveSampleSize
  }
}
