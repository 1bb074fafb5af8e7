/// The first of n values in order, n > 0, up to which there is more than a share of their weight.
///
/// - Parameter counts: the weights of the values; nil for equal ones.
func weightedQuantile(_ share: Double, ofOrdered values: [Double], counts: [Double]?) -> Double {
  var rest = share * (counts?.reduce(0, +) ?? Double(values.count))
  for (index, value) in values.enumerated() {
    rest -= counts?[index] ?? 1
    if rest < 0 { return value }
  }
  return values[values.count - 1]
}
