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

  /// A scale over an interval.
  ///
  /// - Precondition: the ends are finite, for a logarithmic axis positive.
  init(_ kind: AxisKind = .linear, domain: ClosedRange<Double>) {
    precondition(domain.lowerBound.isFinite && domain.upperBound.isFinite, "an axis has finite ends")
    precondition(kind == .linear || domain.lowerBound > 0, "a logarithmic axis begins above zero")
    self.kind = kind
    self.domain = domain.lowerBound < domain.upperBound ? domain : AxisScale.widened(domain.lowerBound, kind)
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
    switch kind {
    case .linear:
      // Halves first, so that the range of very large values does not overflow.
      let excess = (high / 2 - low / 2) * 2 * margin
      self.init(kind, domain: low - excess...high + excess)
    case .logarithmic:
      let excess = pow(high / low, margin)
      self.init(kind, domain: low / excess...high * excess)
    }
  }

  /// Where a value lies: 0 at the lower end, 1 at the upper end, beyond them outside.
  func position(_ value: Double) -> Double {
    switch kind {
    case .linear: (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
    case .logarithmic: log(value / domain.lowerBound) / log(domain.upperBound / domain.lowerBound)
    }
  }

  /// `count` values at equal distances on the axis, from end to end.
  func values(_ count: Int) -> [Double] {
    (0..<count).map { index in
      let t = Double(index) / Double(count - 1)
      switch kind {
      case .linear: return domain.lowerBound + t * (domain.upperBound - domain.lowerBound)
      case .logarithmic: return domain.lowerBound * pow(domain.upperBound / domain.lowerBound, t)
      }
    }
  }

  /// An interval around one value that an axis can show.
  private static func widened(_ value: Double, _ kind: AxisKind) -> ClosedRange<Double> {
    guard kind == .linear else { return value / 2...value * 2 }
    let half = value == 0 ? 0.5 : abs(value) / 1000
    return value - half...value + half
  }
}
