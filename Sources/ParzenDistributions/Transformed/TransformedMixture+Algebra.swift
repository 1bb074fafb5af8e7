import ParzenCore
import ParzenPlatform

extension TransformedMixture: MarginalizableDensity {
  /// The marginal density of some of the columns.
  ///
  /// - Parameter columns: the columns to keep, in the order wanted.
  /// - Precondition: there is at least one, and they are distinct and in `0..<dimension`.
  /// - Complexity: O(K c^2 d) for c columns.
  public func marginal(of columns: [Int]) -> TransformedMixture {
    byConstruction {
      try TransformedMixture(
        coordinateMixture.marginal(of: columns), columns: columns.map { self.columns[$0] },
        origin: columns.map { origin[$0] }, scale: columns.map { scale[$0] })
    }
  }
}

extension TransformedMixture {
  /// The law of the other columns, in ascending order, given the values of some.
  ///
  /// - Parameters:
  ///   - columns: the given columns: distinct, each in `0..<dimension`, at least one and not all.
  ///   - values: their values, in the same order and the units of the columns.
  /// - Throws: `ParzenError.invalidOption` for values outside a column's domain, or so far away that no
  ///   component has a weight there.
  /// - Complexity: O(K d^3), with K counting images in the given columns.
  public func conditional(on columns: [Int], equalTo values: [Double]) throws(ParzenError)
    -> TransformedMixture
  {
    try coordinateMixture.checkConditions(on: columns, equalTo: values)
    var coordinates: [Double] = []
    var unfolding = [ColumnTransformation](repeating: .identity, count: dimension)
    for (column, value) in zip(columns, values) {
      let transformation = self.columns[column]
      guard transformation.contains(value) else {
        throw .invalidOption("column \(column + 1) is never \(value): give a value inside its bounds")
      }
      coordinates.append((transformation.coordinate(at: value) - origin[column]) / scale[column])
      unfolding[column] = transformation.inUnits(origin: origin[column], scale: scale[column])
    }
    let mixture = try coordinateMixture.unfolded(unfolding).conditional(on: columns, equalTo: coordinates)
    let free = (0..<dimension).filter { !columns.contains($0) }
    return try TransformedMixture(
      mixture, columns: free.map { self.columns[$0] }, origin: free.map { origin[$0] },
      scale: free.map { scale[$0] })
  }
}
