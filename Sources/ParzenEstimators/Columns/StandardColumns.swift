import ParzenCore

/// Columns shifted by their median and divided by the spread of their middle half, so that what is far away,
/// very large or very small is computed with as exactly as what is not, and a few wild values do not matter.
struct StandardColumns: Sendable {
  /// n x d.
  let points: Matrix
  let origin: [Double]
  let scale: [Double]

  init(_ moments: SampleMoments) throws(ParzenError) {
    let deviations = moments.columnDeviations()
    var (origin, scale, points) = ([Double](), [Double](), moments.samples)
    for k in 0..<points.columns {
      let values = moments.samples[column: k]
      let order = ascendingOrder(values)
      let (ascending, counts) = (
        order.map { values[$0] }, moments.counts.map { counts in order.map { counts[$0] } }
      )
      let low = weightedQuantile(0.25, ofOrdered: ascending, counts: counts)
      let high = weightedQuantile(0.75, ofOrdered: ascending, counts: counts)
      let middle = weightedQuantile(0.5, ofOrdered: ascending, counts: counts)
      let spread = high > low ? high / 1.35 - low / 1.35 : deviations[k]
      // What never varies is left as it is, to be named.
      let width = spread > 0 ? spread : 1
      if let row = values.firstIndex(where: { !(abs(($0 - middle) / width) < 1e100) }) {
        throw .unusableSamples(
          """
          a sample has \(values[row]) in column \(k + 1), more than 1e100 times the spread of the others: \
          leave it
          """
            + " out")
      }
      points.withUnsafeMutableElements { elements in
        for row in values.indices { elements[row * deviations.count + k] = (values[row] - middle) / width }
      }
      origin.append(middle)
      scale.append(width)
    }
    (self.points, self.origin, self.scale) = (points, origin, scale)
  }
}
