import ParzenPlatform

/// How the values of an axis map to lengths.
package enum AxisKind: Sendable {
  case linear
  case logarithmic
}

/// The map from an interval of values to 0...1.
struct AxisScale: Sendable {
  let kind: AxisKind
  let domain: ClosedRange<Double>

  /// A scale over an interval, or over the nearest one that has room for ticks in floating-point numbers:
  /// ends up to 1e300, a width of at least 1e-290; for a logarithmic axis from 1e-290 on, and a ratio
  /// above 1 + 1e-9.
  ///
  /// - Precondition: the ends are finite, for a logarithmic axis positive.
  init(_ kind: AxisKind = .linear, domain: ClosedRange<Double>) {
    precondition(domain.lowerBound.isFinite && domain.upperBound.isFinite, "an axis has finite ends")
    precondition(kind == .linear || domain.lowerBound > 0, "a logarithmic axis begins above zero")
    self.kind = kind
    let domain = domain.clamped(to: kind == .linear ? -1e300...1e300 : AxisScale.least...1e300)
    let hasRoom =
      kind == .linear
      ? domain.upperBound - domain.lowerBound >= AxisScale.least
      : domain.upperBound / domain.lowerBound > 1 + 1e-9
    self.domain = hasRoom ? domain : AxisScale.widened(domain.lowerBound, kind)
  }

  /// A scale that shows all of some values with a margin, given as a part of their range, on both sides.
  ///
  /// Values that the axis cannot show (not finite, or not positive on a logarithmic axis) are left out.
  init(_ kind: AxisKind = .linear, showing values: some Sequence<Double>, margin: Double = 0.04) {
    let shown = values.filter { $0.isFinite && (kind == .linear || $0 > 0) }
    guard let low = shown.min(), let high = shown.max() else {
      self.init(kind, domain: kind == .linear ? 0...1 : 1...10)
      return
    }
    let largest = Double.greatestFiniteMagnitude
    switch kind {
    case .linear:
      // Halves first, so that the range of very large values does not overflow.
      let excess = (high / 2 - low / 2) * 2 * margin
      self.init(kind, domain: max(low - excess, -largest)...min(high + excess, largest))
    case .logarithmic:
      let excess = exp((log(high) - log(low)) * margin)
      self.init(kind, domain: max(low / excess, .leastNonzeroMagnitude)...min(high * excess, largest))
    }
  }

  /// Where a value lies: 0 at the lower end, 1 at the upper end, beyond them outside.
  func position(_ value: Double) -> Double {
    switch kind {
    case .linear: (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
    case .logarithmic:
      (log(value) - log(domain.lowerBound)) / (log(domain.upperBound) - log(domain.lowerBound))
    }
  }

  /// `count` values at equal distances on the axis, from end to end.
  func values(_ count: Int) -> [Double] {
    (0..<count).map { index in
      let t = Double(index) / Double(count - 1)
      switch kind {
      case .linear: return domain.lowerBound + t * (domain.upperBound - domain.lowerBound)
      case .logarithmic: return exp(log(domain.lowerBound) * (1 - t) + log(domain.upperBound) * t)
      }
    }
  }

  private static let least = 1e-290

  /// An interval around one value that an axis can show.
  private static func widened(_ value: Double, _ kind: AxisKind) -> ClosedRange<Double> {
    guard kind == .linear else { return value / 2...value * 2 }
    let half = value == 0 ? 0.5 : max(abs(value) / 1000, least)
    return value - half...value + half
  }
}
