/// The xoshiro256++ generator: 256 bits of state, period 2^256 - 1, about one nanosecond a word.
///
/// Equal seeds give equal sequences on every platform and in every version of this package. It is not for
/// cryptography.
///
/// Source: D. Blackman, S. Vigna, *Scrambled linear pseudorandom number generators*, ACM TOMS 47 (2021); the
/// state is filled by SplitMix64, as its authors recommend.
///
/// ```swift
/// var generator = Xoshiro256(seed: 1)
/// let draws = mixture.sample(count: 100, using: &generator)
/// var other = Xoshiro256(seed: 1, stream: 7)  // independent of the first
/// ```
public struct Xoshiro256: RandomNumberGenerator, Sendable, Equatable {
  @usableFromInline var a, b, c, d: UInt64

  /// The generator of a seed. Every seed is as good as any other.
  public init(seed: UInt64) {
    var words = SplitMix64(state: seed)
    (a, b, c, d) = (words.next(), words.next(), words.next(), words.next())
  }

  /// The generator of one of the independent substreams of a seed, for instance that of `(seed, step,
  /// index)`.
  ///
  /// The seed and the stream's integers are hashed, each with its place, so that streams of different
  /// integers, of permuted integers and of different numbers of integers are unrelated.
  public init(seed: UInt64, stream first: Int, _ others: Int...) {
    var hash = SplitMix64(state: seed).mixed
    for index in CollectionOfOne(first) + others {
      hash = SplitMix64(state: hash &+ UInt64(bitPattern: Int64(index))).mixed
    }
    self.init(seed: hash)
  }

  /// A generator whose whole state is drawn from another one.
  ///
  /// Code that is generic over generators uses it once, and then draws from a generator that the compiler
  /// knows.
  public init(drawnFrom generator: inout some RandomNumberGenerator) {
    (a, b, c, d) = (generator.next(), generator.next(), generator.next(), generator.next())
    if a | b | c | d == 0 { a = 1 }  // the one state that the generator would never leave
  }

  /// The next 64 random bits.
  @inlinable
  public mutating func next() -> UInt64 {
    let result = rotated(a &+ d, by: 23) &+ a
    let shifted = b &<< 17
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotated(d, by: 45)
    return result
  }

  @inlinable
  func rotated(_ word: UInt64, by count: UInt64) -> UInt64 {
    (word &<< count) | (word &>> (64 &- count))
  }
}

/// SplitMix64: a counter and a mixing function. It fills the state of other generators and hashes their
/// seeds.
///
/// Source: G. Steele, D. Lea, C. Flood, *Fast splittable pseudorandom number generators*, OOPSLA 2014.
private struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    let result = mixed
    state &+= 0x9e37_79b9_7f4a_7c15
    return result
  }

  /// The output for the present state.
  var mixed: UInt64 {
    var z = state &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z &>> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z &>> 31)
  }
}
