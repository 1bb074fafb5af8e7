/// What was measured of one method on one target family at one dimension and sample size.
public protocol MeasuredCell: Sendable {
  /// The family's name.
  var target: String { get }
  /// The dimension d.
  var dimension: Int { get }
  /// The number n of samples.
  var size: Int { get }
}
