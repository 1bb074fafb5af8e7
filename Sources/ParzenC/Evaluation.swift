// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CParzen
import ParzenCore
import ParzenDistributions
import ParzenEstimators

// The functions of parzen.h that evaluate densities and draw from them.

@c @implementation
public func parzen_evaluate(
  _ density: OpaquePointer, _ queries: UnsafePointer<parzen_matrix>,
  _ logDensity: UnsafePointer<parzen_matrix>?, _ score: UnsafePointer<parzen_matrix>?,
  _ control: UnsafePointer<parzen_control>?, _ error: UnsafeMutablePointer<parzen_error>?
) -> parzen_status {
  call(error) { () throws(ParzenError) in
    let density = FittedDensity.of(density).density
    let queries = try MatrixView(queries.pointee, name: "queries")
    let (count, d) = (queries.rows, density.dimension)
    guard queries.columns == d else {
      throw .dimensionMismatch(expected: d, found: queries.columns)
    }
    let logDensities = try logDensity.map { (view) throws(ParzenError) in
      try MatrixView(view.pointee, name: "log_density", rows: count, columns: 1)
    }
    let scores = try score.map { (view) throws(ParzenError) in
      try MatrixView(view.pointee, name: "score", rows: count, columns: d)
    }
    var blocks = Blocks(count: count, columns: d, isWatched: control != nil)
    while let rows = blocks.next() {
      if let control {
        guard !control.pointee.isCancelled else { throw .cancelled }
        control.pointee.report(Double(rows.lowerBound) / Double(count))
      }
      let points = queries.copied(rows: rows)
      if let scores {
        let values = try density.evaluate(at: points)
        logDensities?.write(values.logDensity, fromRow: rows.lowerBound)
        scores.write(values.score.elements, fromRow: rows.lowerBound)
      } else if let logDensities {
        logDensities.write(try density.logDensity(at: points), fromRow: rows.lowerBound)
      }
    }
  }
}

/// The blocks of rows that queries are read in: of about a megabyte, and where someone watches so small that
/// one takes some hundredths of a second.
private struct Blocks {
  private let count: Int
  private let most: Int
  private var size: Int
  private var start = 0
  private var began = ContinuousClock.now
  private let isWatched: Bool

  init(count: Int, columns: Int, isWatched: Bool) {
    self.count = count
    self.isWatched = isWatched
    most = max(2048, (1 << 17) / max(1, columns))
    size = isWatched ? 256 : most
  }

  mutating func next() -> Range<Int>? {
    guard start < count else { return nil }
    if isWatched, start > 0 {
      let now = ContinuousClock.now
      size = now - began < .milliseconds(20) ? min(most, 2 * size) : max(16, size / 2)
      began = now
    }
    let end = min(count, start + size)
    defer { start = end }
    return start..<end
  }
}

@c @implementation
public func parzen_sample(
  _ density: OpaquePointer, _ seed: UInt64, _ draws: UnsafePointer<parzen_matrix>,
  _ error: UnsafeMutablePointer<parzen_error>?
) -> parzen_status {
  call(error) { () throws(ParzenError) in
    let fitted = FittedDensity.of(density)
    let distribution = try fitted.estimate.distribution()
    let view = try MatrixView(draws.pointee, name: "draws")
    guard view.columns == distribution.dimension else {
      throw .dimensionMismatch(expected: distribution.dimension, found: view.columns)
    }
    write(distribution, seed: seed, to: view)
  }
}

/// Writes as many draws as a view has rows, in blocks.
private func write(_ distribution: some Distribution, seed: UInt64, to view: MatrixView) {
  var draws = DrawSequence(distribution, seed: seed)
  let block = 1 << 16
  for start in stride(from: 0, to: view.rows, by: block) {
    view.write(draws.draw(min(block, view.rows - start)).elements, fromRow: start)
  }
}

@c @implementation
public func parzen_mixture_parameters(
  _ density: OpaquePointer, _ weights: UnsafePointer<parzen_matrix>?, _ means: UnsafePointer<parzen_matrix>?,
  _ covariances: UnsafePointer<parzen_matrix>?, _ error: UnsafeMutablePointer<parzen_error>?
) -> parzen_status {
  call(error) { () throws(ParzenError) in
    let mixture = try FittedDensity.of(density).smallMixture()
    let (count, d) = (mixture.componentCount, mixture.dimension)
    if let weights {
      try MatrixView(weights.pointee, name: "weights", rows: count, columns: 1).write(mixture.weights)
    }
    if let means {
      try MatrixView(means.pointee, name: "means", rows: count, columns: d).write(mixture.means.elements)
    }
    if let covariances {
      let view = try MatrixView(covariances.pointee, name: "covariances", rows: count * d, columns: d)
      for k in 0..<count { view.write(mixture.covariance(of: k).elements, fromRow: k * d) }
    }
  }
}

@c @implementation
public func parzen_responsibilities(
  _ density: OpaquePointer, _ queries: UnsafePointer<parzen_matrix>,
  _ responsibilities: UnsafePointer<parzen_matrix>, _ error: UnsafeMutablePointer<parzen_error>?
) -> parzen_status {
  call(error) { () throws(ParzenError) in
    let fitted = FittedDensity.of(density)
    let mixture = try fitted.smallMixture()
    let queries = try MatrixView(queries.pointee, name: "queries")
    guard queries.columns == mixture.dimension else {
      throw .dimensionMismatch(expected: mixture.dimension, found: queries.columns)
    }
    let result = try MatrixView(
      responsibilities.pointee, name: "responsibilities", rows: queries.rows, columns: mixture.componentCount)
    var blocks = Blocks(count: queries.rows, columns: mixture.componentCount, isWatched: false)
    while let rows = blocks.next() {
      let points = queries.copied(rows: rows)
      let values =
        if let transformed = fitted.estimate.transformed {
          try transformed.responsibilities(at: points)
        } else { try mixture.responsibilities(at: points) }
      guard values.columns == mixture.componentCount else {
        throw .invalidOption(
          "columns are mirrored or wrapped, where components overlap: take the policy untransformed, "
            + "without bounds and periods")
      }
      result.write(values.elements, fromRow: rows.lowerBound)
    }
  }
}

extension FittedDensity {
  /// The mixture of Gaussians with few components.
  fileprivate func smallMixture() throws(ParzenError) -> GaussianMixture {
    guard let components else {
      throw .invalidOption(
        "the \(estimate.title) has no components: take the method "
          + Estimator.names { $0.isMixture && !$0.isKernelDensity })
    }
    return components
  }
}
