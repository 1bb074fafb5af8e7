import ParzenCore
import ParzenPlatform

extension FewComponents {
  /// So many counts in a row that do not lower the criterion end the search.
  private static let patience = 2
  /// Components of their own covariances are split up to so many.
  private static let mostGrown = 24

  /// The samples besides that components of their own covariances have for each dimension: half of one, as
  /// long as there are few in all.
  ///
  /// On Wand and Jones's bivariate densities at n = 200 and 1,000, a tenth throughout has 2 % less divergence
  /// than a half; on random mixtures in one dimension at n = 64, 6 % more error of the score.
  private static func pooling(of samples: Double) -> Double { min(0.5, max(0.1, 32 / samples)) }

  /// The free parameters of so many components.
  private func parameterCount(_ count: Int, dimension d: Int) -> Double {
    let covariances = pooling == .infinity ? 1 : count
    return Double(count - 1 + count * d + covariances * shape.parameterCount(dimension: d))
  }

  /// Covariances of a shape, each component's own or one for all, and as many components, as the criterion
  /// says; and the number for covariances of their own.
  static func chosen(
    _ shape: MixtureCovariance, _ merged: MergedComponents, threads: Int
  ) throws(ParzenError) -> (kind: FewComponents, count: Count, ownCount: Count) {
    let own = FewComponents(shape: shape, pooling: pooling(of: merged.columns.total))
    let common = FewComponents(shape: shape, pooling: .infinity)
    let first = try own.count(merged, threads: threads)
    // One covariance for all takes at most some more components.
    let second = try common.count(merged, atMost: 2 * first.count.merged + 3, threads: threads)
    return first.criterion <= second.criterion
      ? (own, first.count, first.count) : (common, second.count, first.count)
  }

  /// The number of components with the least criterion -2 log likelihood + p log n, and the criterion. The
  /// search goes from the number that the bounds of merging suggest, or divisions, to smaller ones, a quarter
  /// less each time, then over those beside the best, and from there on to larger ones by splitting.
  ///
  /// - Parameter most: it begins at no more components than these.
  /// - Complexity: O(n K^2 d^2) time for each of 32 steps.
  func count(
    _ merged: MergedComponents, atMost most: Int = .max, threads: Int
  ) throws(ParzenError) -> (count: Count, criterion: Double) {
    let start = start(merged)
    let columns = Self.searched(start.columns)
    let (n, d) = (columns.total, columns.dimension)
    func price(_ count: Int) -> Double { log(n) * parameterCount(count, dimension: d) }
    func bound(_ stage: ComponentMerging.Stage) -> Double { 2 * n * stage.cost + price(stage.count) }
    func criterion(_ fit: ExpectationMaximization.Fit) -> Double {
      -2 * n * (fit.logLikelihood - start.logDeterminant) + price(fit.components.count)
    }
    let stages = merged.stages.filter { $0.count <= max(1, most) }
    let suggested = stages.indices.min { bound(stages[$0]) < bound(stages[$1]) } ?? 0
    let divided = start.division == nil ? nil : stages.firstIndex { $0.count <= Self.mostDivided }
    let first = min(suggested, divided ?? suggested)
    var fits: [Int: (fit: ExpectationMaximization.Fit, criterion: Double)] = [:]
    func judge(_ place: Int) throws(ParzenError) {
      let fit = try firstRun(stages[place], start, on: columns, threads: threads)
      fits[place] = (fit, criterion(fit))
    }
    func best() -> Int {
      fits.keys.min { (fits[$0]!.criterion, stages[$0].count) < (fits[$1]!.criterion, stages[$1].count) }!
    }
    var place = first
    while place < stages.count {
      try judge(place)
      let least = best()
      if fits.keys.count(where: { $0 > least }) >= Self.patience { break }
      place += max(1, stages[place].count / 4)
    }
    while true {
      let least = best()
      let beside = [least - 2, least - 1, least + 1, least + 2].filter {
        fits[$0] == nil && $0 > first && $0 < stages.count
      }
      if beside.isEmpty { break }
      for place in beside { try judge(place) }
    }
    var (last, chosen) = (fits[best()]!, fits[best()]!)
    let maximization = maximization(columns, start, threads: threads)
    let orders = grows(columns) ? maximization.columnOrders(shape) : []
    while grows(columns), last.fit.components.count < Self.mostGrown,
      let fit = grown(last.fit, by: maximization, orders: orders)
    {
      let count = last.fit.components.count
      last = (fit, criterion(fit))
      if last.criterion < chosen.criterion {
        chosen = last
      } else if count > chosen.fit.components.count
        || last.criterion > chosen.criterion + (price(count + 1) - price(count)) / 2
      {
        // Where a component is not worth half its price, one more will not be worth both.
        break
      }
    }
    let count = Count(merged: stages[best()].count, total: chosen.fit.components.count)
    return (count, chosen.criterion)
  }

  /// Whether a number of components may grow by splitting: where there is a sample for every parameter of a
  /// covariance. With fewer, a component must gain more than log n / 2 nats for each sample of all to be
  /// worth its price, as clusters that merging and dividing tell from each other alone do.
  private func grows(_ samples: SampleColumns<Double>) -> Bool {
    pooling < .infinity && samples.total >= Double(shape.parameterCount(dimension: samples.dimension))
  }
}
