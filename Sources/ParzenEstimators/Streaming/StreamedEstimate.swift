import ParzenCore
import ParzenDistributions
import ParzenKernels

/// The estimate from samples that need not fit into memory.
///
/// | pass | what it is for |
/// |---|---|
/// | 1 | ranges, sums of weights, values of columns with ties |
/// | 2 | the samples that compete, some 32,000 |
/// | 3 | mean and covariance, in the coordinates that these have chosen |
/// | 4 ... | one for each layer of the network |
/// | the last one to three | the components that have won, of all samples |
///
/// The samples that compete choose the coordinates and the network's anchors, judge the candidates, and are
/// what the candidates beside the network are fitted to. What has won is fitted to all samples.
struct StreamedEstimate {
  let density: TransformedMixture
  let record: EstimateRecord

  /// - Parameters:
  ///   - scan: of the samples, which has been checked: the first pass.
  ///   - noise: what was added to their columns.
  ///   - domains: one for each column.
  /// - Throws: as `MixtureTransformer` does.
  /// - Complexity: O(n) time as for the network's pass; memory of the samples that compete, and of some
  ///   chunks.
  init(
    _ sums: SampleSums, _ scan: SampleScan, noise: SampleNoise?, network: MixtureTransformerWeights,
    policy: EstimationPolicy, domains: [ColumnDomain], keepsTies: Bool
  ) throws(ParzenError) {
    let spreads = policy.usesAxes && !keepsTies
    let total = try Self.total(scan, sums.source)
    let (factor, isWeighted) = (total / scan.weight, sums.source.isWeighted)
    let subset = try SampleSubset(sums, atMost: SampleFolds.most, scan: scan)
    let prepared = try PreparedSamples(
      subset, scan: scan, factor: isWeighted ? factor : nil, total: total, domains: domains,
      spreads: spreads, record: network.record)

    let choice = CoordinateChoice(network: network, threads: sums.threads)
    let columns =
      policy == .network
      ? domains.map { $0.transformations[0] }
      : try choice.choose(prepared, domains: domains, guesses: policy == .automatic).columns
    let image = try prepared.image(columns)
    try image.standard.checkRegularity()
    let coordinates = StreamedCoordinates(
      source: sums.source, cells: prepared.cells(scan, domains), columns: image.columns,
      origin: image.standard.origin, scale: image.standard.scale, weightFactor: isWeighted ? factor : nil)

    let estimator = GroupEstimator(network: network, policy: policy, threads: sums.threads)
    let everything = SampleGroup.whole(
      image.points, counts: image.counts, resolution: prepared.resolution(in: image))
    let group =
      policy == .network ? everything : try estimator.folded(everything, samples: prepared.samples.rows)
    let frame = try NetworkFrame(
      reading: coordinates, sums, beside: group, total: total, network: network)
    var warnings = prepared.warnings + (noise?.sentences ?? []).map { $0.described(by: sums.source.labels) }
    if frame == nil {
      warnings.append(
        "a few samples are so far from all others that these look like one point beside them: the network"
          + " reads \(group.points.rows) of the samples; leave the far ones out")
    }
    let result: GroupEstimator.Result
    if policy == .network {
      let frame = if let frame { frame } else { try estimator.frame(group, .exact, threads: sums.threads) }
      result = .init(
        fit: CrossFit(full: frame.mixture, folds: []), parts: [.init(candidate: .network, weight: 1)],
        groups: [])
    } else {
      result = try estimator.estimate(group, whole: frame)
    }
    var mixture = result.fit.full
    if policy != .network, total > group.total * (1 + 1e-9) {
      let refinement = MixtureRefinement(
        mixture: mixture, before: group.total,
        strays: try StraySamples(besides: group.points, counts: group.counts, of: mixture))
      let refined = try refinement.mixture(reading: coordinates, sums, total: total)
      mixture = refined.mixture
      if refined.strays > 0 {
        let subject = refined.strays == 1 ? "a sample is" : "\(short(refined.strays)) samples are"
        warnings.append(
          "\(subject) far from all of the \(group.points.rows) that compete: one component of the estimate")
      }
    }
    density = try image.density(mixture)
    record = EstimateRecord(
      parts: result.parts, groups: result.groups,
      samples: PreparedSamples(prepared, warnings: warnings))
  }

  /// The number of samples that the rows stand for.
  private static func total(_ scan: SampleScan, _ source: SampleSource) throws(ParzenError) -> Double {
    let d = source.dimension
    let total =
      switch source.weights {
      case nil: Double(scan.rows)
      case .counts: scan.weight
      case .proportions: scan.weight * scan.weight / scan.squaredWeight
      }
    let sufficient = source.weights == .counts ? total : Double(scan.rows)
    guard sufficient >= Double(d + 2) else {
      throw .unusableSamples(
        "\(Int(sufficient)) samples are too few for \(d) dimensions: at least \(d + 2) are needed")
    }
    return total
  }
}

extension PreparedSamples {
  /// Some samples of a source, with ties spread as in all of them.
  ///
  /// - Parameters:
  ///   - factor: what weights are multiplied by, so that they count samples; nil where there are none.
  ///   - total: the number of all samples.
  init(
    _ subset: SampleSubset, scan: SampleScan, factor: Double?, total: Double, domains: [ColumnDomain],
    spreads: Bool, record: TrainingRecord
  ) throws(ParzenError) {
    let d = domains.count
    spread = scan.values.map { counts in
      guard spreads, let counts else { return nil }
      return ColumnResolution(ascending: counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
    var points = subset.points
    for k in 0..<d {
      guard let step = spread[k]?.step, let counts = scan.values[k] else { continue }
      let cells = TieCells(counts, step: step, within: domains[k].range)
      for row in 0..<points.rows {
        points[row, k] = StreamedCoordinates.spread(points[row, k], cells, row: subset.rows[row], column: k)
      }
    }
    let ordered = OrderedSamples(points, weights: nil, rule: .ascending)
    samples = ordered.samples
    ranges = zip(scan.minimum, scan.maximum).map { $0...$1 }
    rows = ordered.rows.map { subset.rows[$0] }
    counts = factor.map { factor in ordered.rows.map { factor * subset.weights[$0] } }
    effectiveCount = total
    warnings = record.warnings(samples: total, dimension: d)
  }

  /// The same with other warnings.
  init(_ other: PreparedSamples, warnings: [String]) {
    (samples, counts, rows) = (other.samples, other.counts, other.rows)
    (ranges, spread) = (other.ranges, other.spread)
    effectiveCount = other.effectiveCount
    self.warnings = warnings
  }

  /// The cells over which the ties of columns were spread.
  func cells(_ scan: SampleScan, _ domains: [ColumnDomain]) -> [TieCells?] {
    spread.indices.map { k in
      guard let step = spread[k]?.step, let counts = scan.values[k] else { return nil }
      return TieCells(counts, step: step, within: domains[k].range)
    }
  }
}

extension NetworkFrame {
  /// The network's mixture of all samples of a source, beside some of them; nil where their covariance is
  /// singular, or a component's to rounding.
  ///
  /// - Parameters:
  ///   - group: the samples that compete, standardised.
  ///   - total: the number of all samples.
  init?(
    reading coordinates: StreamedCoordinates, _ sums: SampleSums, beside group: SampleGroup, total: Double,
    network: MixtureTransformerWeights
  ) throws(ParzenError) {
    guard group.isRegular else { return nil }
    let moments = try StreamedMoments(sums, coordinates)
    guard let whitening = Whitening(mean: moments.mean, covariance: moments.covariance) else { return nil }
    let image = whitening.whitened(group.points)
    let stream = WhitenedStream(
      sums, coordinates, total: total, whitening: whitening, passes: network.configuration.layers)
    let found = try attempt(
      network.mixture(
        of: stream, anchorsAmong: SampleColumns<Float>(image, weights: nil), threads: sums.threads))
    try stream.check()
    guard let whitened = found,
      let mixture = try attempt(
        whitened.affineImage(whitening.unwhiteningMatrix, shift: whitening.mean))
    else { return nil }
    self.init(whitening: whitening, beside: group, whitened: whitened, mixture: mixture)
  }
}
