import ParzenCore

/// Why a standard error is not to be trusted.
enum InformationDoubts {
  /// Samples of which the others' estimate knows nothing: so many nats below the one in the middle.
  static func alone(_ heldOut: [Double]) -> [Int] {
    let least = heldOut.sorted()[heldOut.count / 2] - missed
    return heldOut.indices.filter { !(heldOut[$0] >= least) }
  }

  private static let missed = 50.0

  static func doubt(_ alone: [Int]) -> SampleMessage? {
    guard let first = alone.first else { return nil }
    let which: SampleMessage =
      alone.count == 1
      ? "\(sample: first) lies" : "\(alone.count) samples, \(sample: first) the first of them, lie"
    return """
      \(which) where the estimate from the others has no density: cross-fitted figures are without \
      \(alone.count == 1 ? "it" : "them")
      """
  }

  /// What ties say against the standard error of an entropy.
  static func doubt(ofTies samples: Matrix) -> SampleMessage? {
    let n = samples.rows
    for column in 0..<samples.columns {
      let distinct = Set(samples[column: column]).count
      if 10 * distinct < 9 * n {
        return
          """
          \(column: column) has only \(distinct) different values among \(n): where values repeat, the \
          entropy depends on how they were rounded
          """
      }
    }
    return nil
  }

  /// What nearest neighbours say against it.
  static func doubt(
    _ entropy: InformationEstimate, _ neighbours: NearestNeighbourEntropy?, dimension d: Int
  ) -> SampleMessage? {
    guard let neighbours else {
      return "samples are equal, so that nearest neighbours cannot check the estimate"
    }
    // In many dimensions nearest neighbours are too biased to judge by.
    guard d <= 3 else { return nil }
    let spread =
      (entropy.standardError * entropy.standardError
      + neighbours.standardError * neighbours.standardError / 4).squareRoot()
    let distance = abs(entropy.value - neighbours.value)
    guard distance > spread else { return nil }
    return
      """
      the density estimate and nearest neighbours disagree by \((distance * 1000).rounded(.down) / 1000) \
      nats, \
      as they do at edges and in heavy tails
      """
  }

  /// What squares say against the standard error of their mean: that a few of many make half of it.
  ///
  /// - Parameters:
  ///   - squares: the samples', by their weights.
  ///   - replicates: the means that the bootstrap found.
  static func doubt(ofSquares squares: [Double], replicates: [Double]) -> SampleMessage? {
    let most: SampleMessage
    if let few = few(of: squares) {
      most =
        few.count == 1
        ? "\(sample: few[0]) alone makes" : "\(few.count) samples, \(sample: few[0]) the first of them, make"
    } else if let few = few(of: replicates) {
      most = "\(few.count) of \(replicates.count) replicates make\(few.count == 1 ? "s" : "")"
    } else {
      return nil
    }
    return "\(most) half of it, and it may be infinite, as that of a density that ends at an edge"
  }

  /// The largest values, if a few of many make half of the sum.
  private static func few(of values: [Double]) -> [Int]? {
    let half = values.reduce(0, +) / 2
    let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
    var (sum, count) = (0.0, 0)
    while count < order.count, sum < half {
      sum += values[order[count]]
      count += 1
    }
    return count > 0 && count < fewest && count * leastShare <= values.count ? Array(order[..<count]) : nil
  }

  /// Half of the squares of normal scores is that of an eighth of them.
  private static let (fewest, leastShare) = (5, 20)
}
