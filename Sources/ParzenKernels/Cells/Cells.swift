import CParzenKernels

/// The shape of one context's mixture cells: one cell for each (head, component), the component fastest.
package struct Cells: Sendable, Hashable {
  package var dimension: Int
  package var heads: Int
  package var components: Int
  /// Low-rank directions of each cell's covariance, and probe vectors of its second moment.
  package var rank: Int

  package var count: Int { heads * components }
  /// Distinct entries of a symmetric d x d matrix.
  package var packedSize: Int { dimension * (dimension + 1) / 2 }
  /// Features 1, y_i, y_i y_j (i <= j) of a point.
  package var featureCount: Int { 1 + dimension + packedSize }
  /// Vectors of all cells: low-rank directions, or probes.
  package var vectorCount: Int { rank * count }

  package init(dimension: Int, heads: Int, components: Int, rank: Int) {
    self.dimension = dimension
    self.heads = heads
    self.components = components
    self.rank = rank
  }

  var shape: ParzenCells {
    ParzenCells(dimension: dimension, heads: heads, components: components, rank: rank)
  }
}
