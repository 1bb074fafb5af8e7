import ParzenPlatform

/// The layers of the ziggurat method for a decreasing density on [0, inf): 256 regions of equal area, 255
/// boxes above one that holds the tail.
///
/// One draw costs one random word, one multiplication and one comparison in 98 to 99 of 100 cases.
///
/// Source: G. Marsaglia, W. W. Tsang, *The ziggurat method for generating random variables*, J. Stat. Softw.
/// 5 (2000); the layer, the sign and the abscissa come from disjoint bits of a 64-bit word (J. A. Doornik,
/// 2005).
@usableFromInline
struct Ziggurat: @unchecked Sendable {
  /// Widths of the layers, 257 values that decrease to zero. The first is that of the lowest region, drawn as
  /// a box.
  @usableFromInline let widths: UnsafePointer<Double>
  /// The unnormalised density at the widths.
  @usableFromInline let heights: UnsafePointer<Double>
  /// The start of the tail.
  @usableFromInline let tail: Double

  /// Layers of the half normal density, exp(-x^2 / 2).
  @usableFromInline
  static let normal = Ziggurat(tail: 3.654152885361009, area: 0.00492867323397465) {
    exp(-$0 * $0 / 2)
  } inverse: {
    (-2 * log($0)).squareRoot()
  }

  /// Layers of the exponential density, exp(-x).
  @usableFromInline
  static let exponential = Ziggurat(tail: 7.69711747013105, area: 0.0039496598225815572) {
    exp(-$0)
  } inverse: {
    -log($0)
  }

  /// The tables live as long as the program.
  private init(
    tail: Double, area: Double, density: (Double) -> Double, inverse: (Double) -> Double
  ) {
    let layers = 256
    let widths = UnsafeMutablePointer<Double>.allocate(capacity: layers + 1)
    let heights = UnsafeMutablePointer<Double>.allocate(capacity: layers + 1)
    widths[0] = area / density(tail)
    widths[1] = tail
    for layer in 2..<layers {
      widths[layer] = inverse(area / widths[layer - 1] + density(widths[layer - 1]))
    }
    widths[layers] = 0
    for layer in 0...layers { heights[layer] = density(widths[layer]) }
    (self.widths, self.heights, self.tail) = (UnsafePointer(widths), UnsafePointer(heights), tail)
  }
}

extension RandomNumberGenerator {
  /// A standard normal value.
  @inlinable
  package mutating func nextNormal() -> Double {
    let ziggurat = Ziggurat.normal
    while true {
      let word = next()
      let layer = Int(truncatingIfNeeded: word & 255)
      let x = Double(Int64(truncatingIfNeeded: word &>> 11)) * 0x1p-53 * ziggurat.widths[layer]
      let sign = (word & 256) &<< 55
      if x < ziggurat.widths[layer + 1] { return Double(bitPattern: x.bitPattern | sign) }
      // Only this copy has an address, so that the generator itself can stay in registers.
      var copy = self
      let accepted = copy.normalBeyondBox(layer, x)
      self = copy
      if let accepted { return Double(bitPattern: accepted.bitPattern | sign) }
    }
  }

  /// A value from the standard exponential law, of mean 1.
  @inlinable
  package mutating func nextExponential() -> Double {
    let ziggurat = Ziggurat.exponential
    var shift = 0.0
    while true {
      let word = next()
      let layer = Int(truncatingIfNeeded: word & 255)
      let x = Double(Int64(truncatingIfNeeded: word &>> 11)) * 0x1p-53 * ziggurat.widths[layer]
      if x < ziggurat.widths[layer + 1] { return shift + x }
      if layer == 0 {
        shift += ziggurat.tail  // the law has no memory
      } else {
        let (low, high) = (ziggurat.heights[layer], ziggurat.heights[layer + 1])
        if low + nextUniform() * (high - low) < exp(-x) { return shift + x }
      }
    }
  }

  /// The rare second stage of a normal draw: a value from the tail, `x` if it lies below the curve, or
  /// nothing.
  @inline(never)
  @usableFromInline
  mutating func normalBeyondBox(_ layer: Int, _ x: Double) -> Double? {
    let ziggurat = Ziggurat.normal
    guard layer == 0 else {
      let (low, high) = (ziggurat.heights[layer], ziggurat.heights[layer + 1])
      return low + nextUniform() * (high - low) < exp(-x * x / 2) ? x : nil
    }
    while true {
      let beyond = -log(nextUniform()) / ziggurat.tail
      if -2 * log(nextUniform()) > beyond * beyond { return ziggurat.tail + beyond }
    }
  }
}

extension Xoshiro256 {
  /// Fills memory with independent standard normal values.
  package mutating func fillNormal(_ values: UnsafeMutableBufferPointer<Double>) {
    var generator = self
    for index in values.indices { values[index] = generator.nextNormal() }
    self = generator
  }
}
