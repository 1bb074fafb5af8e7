/// A number that two lists of numbers have in common only if they have the same bits, but by a chance of
/// 2^-64.
///
/// FNV-1a with words in place of bytes: G. Fowler, L. C. Noll, K.-P. Vo, 1991.
///
/// - Parameter start: what else it is to tell apart.
package func digest(_ values: [Float], start: Int = 0) -> UInt64 {
  let prime: UInt64 = 0x100_0000_01B3
  return values.reduce((0xCBF2_9CE4_8422_2325 ^ UInt64(bitPattern: Int64(start))) &* prime) {
    ($0 ^ UInt64($1.bitPattern)) &* prime
  }
}
