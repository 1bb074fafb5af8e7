import ParzenCore
import ParzenDistributions
import ParzenKernels

/// A mixture that more samples have come to, without the ones that it was estimated from.
///
/// The old samples, n of them, are told by the mixture itself. The new ones are read by `ConjugateStep`,
/// again and again, until their likelihood stays. Those that are far from all that the mixture is of make one
/// component of their own.
///
/// **Exact** are the number of samples and, but for such ones, the mean and covariance of all of them in the
/// mixture's coordinates, as far as the old mixture had those of the old ones; so is a single Gaussian. **Not
/// exact** is which component an old sample belongs to: that stays as it was. The number of components, the
/// columns' transformations and the choices of the competition stay, too, so that new samples unlike the old
/// ones call for a new fit: `summary` tells.
///
/// R. M. Neal, G. E. Hinton, A view of the EM algorithm that justifies incremental, sparse, and other
/// variants, in Learning in Graphical Models, 1998.
struct MixtureUpdate {
  let density: TransformedMixture
  let summary: SavedFit.Update
  /// The number of new samples, and their ranges.
  let scan: SampleScan

  private static let (steps, tolerance) = (16, 1e-5)

  /// - Parameters:
  ///   - before: the number n of samples that the mixture was estimated from, or that these were worth.
  /// - Throws: `ParzenError.unusableSamples` for samples that are not finite or where the mixture has no
  ///   density; `ParzenError.dimensionMismatch` for those of other columns; `ParzenError.invalidOption` where
  ///   their mirror images are too many.
  /// - Complexity: O(m K d^2) time for each of at most 17 passes over m new samples; O(K d^2) memory for each
  ///   chunk under way.
  init(_ old: TransformedMixture, before: Double, with sums: SampleSums) throws(ParzenError) {
    guard sums.source.dimension == old.dimension else {
      throw .dimensionMismatch(expected: old.dimension, found: sums.source.dimension)
    }
    guard !sums.source.isWeighted else {
      throw .invalidOption("an update takes samples without weights: fit all samples anew")
    }
    scan = try SampleScan(sums, countsValues: false)
    for (k, column) in old.columns.enumerated() {
      for (value, row) in [(scan.minimum[k], scan.minimumRows[k]), (scan.maximum[k], scan.maximumRows[k])]
      where !column.contains(value) {
        throw ParzenError.unusableSamples(
          """
          \(sample: row) has \(value) in \(column: k), where the fit has no density: leave it out, or fit \
          all samples anew
          """
        ).labelled(sums.source.labels)
      }
    }
    try TransformedSamples.checkImages(
      rows: min(scan.rows, SampleSource.chunkRows), columns: old.columns)
    let coordinates = StreamedCoordinates(
      source: sums.source, cells: old.columns.map { _ in nil }, columns: old.columns, origin: old.origin,
      scale: old.scale, weightFactor: nil)
    let start = old.coordinateMixture
    let (strays, total) = (try StraySamples(of: start), before + Double(scan.rows))
    let step = ConjugateStep(
      prior: start, before: before, coordinates: coordinates, sums: sums, strays: strays)
    var (current, group) = (start, nil as StraySamples.Group?)
    var (first, last) = (-Double.infinity, -Double.infinity)
    for number in 0...Self.steps {
      let result = try step(from: current, pass: "samples by component")
      let logLikelihood = result.logLikelihood / Double(scan.rows)
      group = try strays.group(result.strays)
      if number == 0 { first = logLikelihood }
      let isConverged = logLikelihood - last < Self.tolerance
      last = max(last, logLikelihood)
      guard !isConverged, number < Self.steps, let next = result.next else { break }
      current = next
    }
    density = try TransformedMixture(
      current.adding(group, of: total), columns: old.columns, origin: old.origin, scale: old.scale)
    let far = group.map { Int($0.samples.rounded()) } ?? 0
    let near = scan.rows - far
    summary = SavedFit.Update(
      samples: scan.rows, farSamples: far,
      gain: near > 0 ? (last - first) * Double(scan.rows) / Double(near) : 0)
  }
}

extension SavedFit {
  /// What new samples did to a fit.
  public struct Update: Sendable, Hashable {
    /// The number of new samples.
    public let samples: Int
    /// How many of them were far from all components, and made one of their own.
    public let farSamples: Int
    /// By how much the mean log density of the others has risen, in nats.
    public let gain: Double

    /// Whether the new samples are unlike the old ones, so that a fit of all is better: a gain of a tenth of
    /// a nat, or more than one sample in a hundred far from all components.
    public var callsForNewFit: Bool { gain > 0.1 || 100 * farSamples > samples }
  }

  /// Takes more samples into account without the ones that the fit was made from.
  ///
  /// The old samples count what their weights do, if they had any; a new one counts one. Exact are the number
  /// of samples, and the mean and covariance of all of them in the coordinates of the fit, as far as the fit
  /// had those of the old ones. The components, which were found in the old samples, are moved, not found
  /// anew; only new samples that are far from all of them, wild values for instance, make one of their own.
  ///
  ///     var fit = try SavedFit(contentsOf: URL(filePath: "fit.json"))
  ///     let update = try fit.update(with: SampleSource(contentsOf: [URL(filePath: "today.npy")]))
  ///     if update.callsForNewFit { print("today was unlike the days before") }
  ///
  /// - Parameters:
  ///   - source: the new samples, without weights, in the fit's columns.
  ///   - threads: the most threads to use. The result does not depend on it.
  ///   - onPass: is told of every pass over the samples.
  /// - Returns: how unlike the old samples the new ones are.
  /// - Throws: `ParzenError.invalidOption` for a fit that is its samples, or does not tell how many it was
  ///   made from; `ParzenError.unusableSamples` for samples that are not finite or outside the columns'
  ///   domains; `ParzenError.dimensionMismatch` for other columns.
  /// - Complexity: O(m K d^2) time for each of at most 17 passes over m new samples; memory apart from m.
  @discardableResult
  public mutating func update(
    with source: SampleSource, threads: Int = Parallelism.threads,
    onPass: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(ParzenError) -> Update {
    let old: TransformedMixture
    switch content {
    case .mixture(let mixture): old = try TransformedMixture(mixture)
    case .transformed(let mixture): old = mixture
    case .recipe:
      throw .invalidOption("this fit is its samples: fit the old and the new ones together")
    }
    guard var origin, 1...Limits.steps ~= origin.samples, origin.count > 0, origin.count.isFinite else {
      throw .invalidOption("the fit does not tell how many samples it was made from: fit all samples anew")
    }
    let sums = SampleSums(source: source, threads: threads, mostNumbers: 1 << 24, onPass: onPass)
    let update = try MixtureUpdate(old, before: origin.count, with: sums)
    if case .mixture = content {
      content = .mixture(update.density.coordinateMixture)
    } else {
      content = .transformed(update.density)
    }
    origin.samples += update.scan.rows
    origin.effectiveCount = origin.effectiveCount.map { $0 + Double(update.scan.rows) }
    for k in origin.minimum.indices {
      origin.minimum[k] = min(origin.minimum[k], update.scan.minimum[k])
      origin.maximum[k] = max(origin.maximum[k], update.scan.maximum[k])
    }
    self.origin = origin
    clustering = nil
    return update.summary
  }
}
