import ParzenPlatform

/// The marks of an axis: round values with short labels.
///
/// Labels stay short for any numbers: a common offset and a common power of ten are taken out of them and
/// given in `unit`, to be written beside the axis' name. A label shows (value - offset) / 10^exponent.
struct AxisTicks: Sendable, Equatable {
  /// The labelled values.
  var values: [Double]
  /// One label for each value.
  var labels: [String]
  /// Unlabelled values in between.
  var minorValues: [Double] = []
  /// What was taken out of the labels, for instance ` (×10⁻⁵)`, or empty.
  var unit = ""

  /// About `count` ticks within the domain of a scale.
  init(_ scale: AxisScale, count: Int = 6) {
    switch scale.kind {
    case .linear: self.init(linear: scale.domain, count: count)
    case .logarithmic: self.init(logarithmic: scale.domain, count: count)
    }
  }

  /// Multiples of 1, 2 or 5 times a power of ten.
  private init(linear domain: ClosedRange<Double>, count: Int) {
    let step = AxisTicks.roundStep((domain.upperBound - domain.lowerBound) / Double(count))
    // Multiples are counted from a multiple of the step in the domain, so that a huge offset costs no digits.
    let origin = (domain.lowerBound / step).rounded(.up) * step
    let multiples = (0...2 * count).map(Double.init).prefix {
      $0 * step <= domain.upperBound - origin + step * 1e-9
    }
    // Beside a huge offset, rounding alone may lead out of the domain.
    values = multiples.map { min(max(origin + $0 * step, domain.lowerBound), domain.upperBound) }

    let largest = values.map(abs).max() ?? 0
    // With more than four digits from the first to the step's, labels count from a round number nearby.
    let power = pow(10, Double(AxisTicks.decade(of: step) + 2))
    let offset = largest / step >= 9999.5 ? (origin / power).rounded() * power : 0
    let shown = multiples.map { origin - offset + $0 * step }
    let greatest = shown.map(abs).max() ?? 0
    let decade = greatest > 0 ? AxisTicks.decade(of: greatest) : 0
    let exponent = (-4..<5).contains(decade) && step > 0.9e-4 ? 0 : decade
    let decimals = max(0, exponent - AxisTicks.decade(of: step))
    labels = shown.map { AxisTicks.decimal($0 / pow(10, Double(exponent)), decimals: decimals) }
    if offset != 0 { unit += (offset < 0 ? " + " : " − ") + AxisTicks.shortest(abs(offset)) }
    if exponent != 0 { unit += " (×10" + AxisTicks.superscript(exponent) + ")" }
  }

  /// Powers of ten, thinned to about `count`; where at most two of them fit also 2 and 5 times these.
  private init(logarithmic domain: ClosedRange<Double>, count: Int) {
    let decades = Int(log10(domain.lowerBound).rounded(.down))...Int(log10(domain.upperBound).rounded(.up))
    func multiples(_ factors: [Double]) -> [Double] {
      let all: [Double] = decades.flatMap { decade in
        let power = pow(10, Double(decade))
        return factors.map { $0 * power }
      }
      return all.filter { domain.contains($0 * (1 + 1e-9)) || domain.contains($0 * (1 - 1e-9)) }
    }
    let powers = multiples([1])
    if powers.count <= 2 {
      values = multiples([1, 2, 5])
      minorValues = multiples([3, 4, 6, 7, 8, 9])
    } else {
      let stride = max(1, Int((Double(powers.count) / Double(count)).rounded(.up)))
      values = powers.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
      minorValues = stride == 1 ? multiples([2, 3, 4, 5, 6, 7, 8, 9]) : []
    }
    labels = values.map(AxisTicks.shortest)
  }

  /// The one of 1, 2, 5 or 10 times a power of ten that is nearest, in ratio, to a positive number.
  private static func roundStep(_ raw: Double) -> Double {
    let power = pow(10, log10(raw).rounded(.down))
    let mantissa = raw / power
    let factor =
      mantissa < 2.squareRoot() ? 1.0 : mantissa < 10.squareRoot() ? 2 : mantissa < 50.squareRoot() ? 5 : 10
    return factor * power
  }

  /// The exponent of the power of ten at or below a positive number, allowing for rounding errors of 1e-12.
  private static func decade(of value: Double) -> Int {
    Int(log10(value * (1 + 1e-12)).rounded(.down))
  }

  /// A number with a fixed number of decimals, without a negative zero.
  static func decimal(_ value: Double, decimals: Int) -> String {
    let text = formatted("%.\(decimals)f", value)
    return text.contains { ("1"..."9").contains($0) }
      ? text.replacing("-", with: "−") : text.replacing("-", with: "")
  }

  /// A number in few characters: 0.02, 1000, 10⁶, 2×10⁻⁷, 100000000.5.
  static func shortest(_ value: Double) -> String {
    let sign = value < 0 ? "−" : ""
    let plain = formatted("%.15g", abs(value))
    let decade = value == 0 ? 0 : decade(of: abs(value))
    guard !(-3...4).contains(decade) else { return sign + plain }
    let mantissa = formatted("%.15g", abs(value) / pow(10, Double(decade)))
    let scientific = (mantissa == "1" ? "" : "\(mantissa)×") + "10\(superscript(decade))"
    return sign + (plain.contains("e") || plain.count > scientific.count ? scientific : plain)
  }

  /// An integer in raised digits.
  static func superscript(_ value: Int) -> String {
    let raised: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸",
      "9": "⁹",
    ]
    return String(String(value).map { raised[$0]! })
  }
}
