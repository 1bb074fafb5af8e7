/// The leading 128 bits of 5^q for every q that a Float64 in decimal can need, computed exactly at first use.
///
/// Each entry is 5^q scaled by a power of two into [2^127, 2^128). For q >= 0 it is rounded down (exact up to
/// 5^55). For q < 0 it is rounded down below -27, and up from -27 on, as the Eisel-Lemire algorithm needs it.
struct PowersOfFive: Sendable {
  static let exponents = -342...308
  static let shared = PowersOfFive()

  private let high: [UInt64]
  private let low: [UInt64]

  /// The entry for an exponent within `exponents`.
  subscript(exponent: Int) -> (high: UInt64, low: UInt64) {
    let index = exponent - Self.exponents.lowerBound
    return (high[index], low[index])
  }

  private init() {
    var entries = [UInt128](repeating: 0, count: Self.exponents.count)
    let zero = -Self.exponents.lowerBound
    var power = Natural(1)
    for exponent in 0...zero {
      if exponent <= Self.exponents.upperBound { entries[zero + exponent] = power.leadingBits }
      if exponent > 0 {
        let roundsUp = exponent <= 27
        entries[zero - exponent] = power.leadingBitsOfReciprocal + (roundsUp ? 1 : 0)
      }
      power.multiply(by: 5)
    }
    high = entries.map { UInt64($0 >> 64) }
    low = entries.map { UInt64(truncatingIfNeeded: $0) }
  }
}

/// A natural number of any size, with the few operations that the table needs.
private struct Natural {
  /// Base 2^64, least significant first, without leading zeros.
  private var limbs: [UInt64]

  init(_ value: UInt64) { limbs = [value] }

  mutating func multiply(by factor: UInt64) {
    var carry: UInt64 = 0
    for index in limbs.indices {
      let product = limbs[index].multipliedFullWidth(by: factor)
      let (sum, overflow) = product.low.addingReportingOverflow(carry)
      limbs[index] = sum
      carry = product.high + (overflow ? 1 : 0)
    }
    if carry > 0 { limbs.append(carry) }
  }

  /// The number times a power of two, rounded down, in [2^127, 2^128).
  var leadingBits: UInt128 {
    let shift = limbs.last!.leadingZeroBitCount
    func limb(_ fromTop: Int) -> UInt64 { fromTop < limbs.count ? limbs[limbs.count - 1 - fromTop] : 0 }
    let top = UInt128(limb(0)) << 64 | UInt128(limb(1))
    return shift == 0 ? top : top << shift | UInt128(limb(2) >> (64 - shift))
  }

  /// The reciprocal of the number (which must not be a power of two) times a power of two, rounded down,
  /// in [2^127, 2^128).
  var leadingBitsOfReciprocal: UInt128 {
    // Long division, bit by bit: the remainder starts as the power of two just below the number.
    var remainder = [UInt64](repeating: 0, count: limbs.count + 1)
    let bitCount = 64 * limbs.count - limbs.last!.leadingZeroBitCount
    remainder[(bitCount - 1) / 64] = 1 << UInt64((bitCount - 1) % 64)
    var quotient: UInt128 = 0
    for _ in 0..<128 {
      var carry: UInt64 = 0
      for index in remainder.indices {
        let limb = remainder[index]
        remainder[index] = limb << 1 | carry
        carry = limb >> 63
      }
      quotient <<= 1
      if subtract(from: &remainder) { quotient |= 1 }
    }
    return quotient
  }

  /// Subtracts the number from `other` if it is not larger.
  private func subtract(from other: inout [UInt64]) -> Bool {
    for index in other.indices.reversed() {
      let limb = index < limbs.count ? limbs[index] : 0
      if other[index] > limb { break }
      if other[index] < limb { return false }
    }
    var borrow = false
    for index in other.indices {
      let limb = index < limbs.count ? limbs[index] : 0
      let (first, overflow1) = other[index].subtractingReportingOverflow(limb)
      let (second, overflow2) = first.subtractingReportingOverflow(borrow ? 1 : 0)
      other[index] = second
      borrow = overflow1 || overflow2
    }
    return true
  }
}
