/// A discrete law on `0..<count`, drawn from in constant time.
///
/// Source: M. D. Vose, *A linear algorithm for generating random numbers with a given distribution*, IEEE TSE
/// 17 (1991).
package struct AliasTable: Sendable {
  /// Of each column: the probability to stay in it, and where else to go.
  @usableFromInline let columns: [(threshold: Double, alias: Int)]

  /// The law of some weights, which need not sum to 1.
  ///
  /// - Precondition: the weights are finite, not negative and not all zero.
  /// - Complexity: O(count) time and memory.
  package init(weights: [Double]) {
    let total = weights.reduce(0, +)
    precondition(
      total > 0 && total.isFinite && weights.allSatisfy { $0 >= 0 },
      "weights are not negative and not all zero")
    var scaled = weights.map { $0 / total * Double(weights.count) }
    var columns = weights.indices.map { (threshold: 1.0, alias: $0) }
    var small = weights.indices.filter { scaled[$0] < 1 }
    var large = weights.indices.filter { scaled[$0] >= 1 }
    while let poor = small.popLast(), let rich = large.last {
      columns[poor] = (scaled[poor], rich)
      scaled[rich] -= 1 - scaled[poor]
      if scaled[rich] < 1 { small.append(large.removeLast()) }
    }
    self.columns = columns
  }

  /// One draw.
  @inlinable
  package func draw(using generator: inout some RandomNumberGenerator) -> Int {
    // The high word picks the column; the low word is uniform within it.
    let product = generator.next().multipliedFullWidth(by: UInt64(columns.count))
    let column = columns[Int(product.high)]
    return Double(product.low) * 0x1p-64 < column.threshold ? Int(product.high) : column.alias
  }
}
