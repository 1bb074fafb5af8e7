import ParzenCore
import ParzenDistributions

/// A named family of distributions to measure estimators on. Most draw a new distribution for every context.
public struct TargetFamily: Sendable {
  /// The name, as the command line and the tables have it.
  public let name: String
  /// What it is, in a line.
  public let summary: String
  /// The dimensions it exists in.
  public let dimensions: ClosedRange<Int>
  private let make: @Sendable (Int, inout Xoshiro256) -> any Distribution

  /// A family.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - summary: what it is, in a line.
  ///   - dimensions: the dimensions it exists in.
  ///   - make: draws a distribution of a dimension, with randomness from a generator.
  public init(
    name: String, summary: String, dimensions: ClosedRange<Int> = 1...1000,
    make: @escaping @Sendable (Int, inout Xoshiro256) -> any Distribution
  ) {
    self.name = name
    self.summary = summary
    self.dimensions = dimensions
    self.make = make
  }

  /// A random member.
  public func draw(dimension: Int, using generator: inout some RandomNumberGenerator) -> any Distribution {
    precondition(dimensions.contains(dimension), "\(name) does not exist in \(dimension) dimensions")
    var local = Xoshiro256(drawnFrom: &generator)
    return make(dimension, &local)
  }

  /// A number that belongs to the name, the same in every run: families draw from streams of their own.
  var stream: Int {
    // FNV-1a, 64 bits.
    let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return Int(truncatingIfNeeded: hash)
  }
}

extension TargetFamily {
  /// All families with a name.
  public static let all: [TargetFamily] = gaussianMixtures + fixedProducts + furtherShapes

  /// The family of a name.
  ///
  /// - Throws: `ParzenError.invalidOption`, with all names, if there is none.
  public static func named(_ name: String) throws(ParzenError) -> TargetFamily {
    guard let family = all.first(where: { $0.name == name }) else {
      throw .invalidOption(
        "there is no target \"\(name)\"; choose from \(all.map(\.name).joined(separator: ", "))")
    }
    return family
  }
}
