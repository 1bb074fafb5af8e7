extension Float {
  /// The value of an IEEE 754 binary16 number. (`Float16` does not exist on every platform.)
  init(halfPrecisionBits bits: UInt16) {
    let sign: Float = bits >> 15 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 31)
    let fraction = UInt32(bits & 1023)
    switch exponent {
    case 0: self = sign * Float(fraction) * 0x1p-24
    case 31: self = Float(bitPattern: UInt32(bits >> 15) << 31 | 0x7F80_0000 | fraction << 13)
    default:
      self = Float(bitPattern: UInt32(bits >> 15) << 31 | UInt32(exponent + 112) << 23 | fraction << 13)
    }
  }
}
