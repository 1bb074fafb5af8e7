import ParzenCore
import ParzenDistributions

/// A named family of distributions to measure estimators on. Most draw a new distribution for every context.
package struct TargetFamily: Sendable {
  /// The name, as the command line and the tables have it.
  package let name: String
  /// What it is, in a line.
  package let summary: String
  /// The dimensions it exists in.
  package let dimensions: ClosedRange<Int>
  /// What befalls the samples, if anything does.
  package let contamination: Contamination?
  private let make: @Sendable (Int, inout Xoshiro256) -> any Distribution

  /// A family.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - summary: what it is, in a line.
  ///   - dimensions: the dimensions it exists in.
  ///   - contamination: what befalls the samples, if anything does.
  ///   - make: draws a distribution of a dimension, with randomness from a generator.
  package init(
    name: String, summary: String, dimensions: ClosedRange<Int> = 1...1000,
    contamination: Contamination? = nil,
    make: @escaping @Sendable (Int, inout Xoshiro256) -> any Distribution
  ) {
    self.name = name
    self.summary = summary
    self.dimensions = dimensions
    self.contamination = contamination
    self.make = make
  }

  /// A family of one distribution.
  init(fixed name: String, summary: String, _ distribution: any Distribution) {
    self.init(
      name: name, summary: summary, dimensions: distribution.dimension...distribution.dimension
    ) { _, _ in distribution }
  }

  /// A random member.
  package func draw(dimension: Int, using generator: inout some RandomNumberGenerator) -> any Distribution {
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
  /// All families with a fixed name; others have parameters in theirs.
  package static let all: [TargetFamily] =
    gaussianMixtures + fixedProducts + furtherShapes + marronWand + wandJones + commonLaws + multiscale
    + planarShapes

  /// The patterns of the names with parameters.
  package static let patterns: [String] = ParametrizedFamily.all.map(\.pattern)

  /// The family of a name, which may hold parameters.
  ///
  /// - Throws: `ParzenError.invalidOption`, with all names and patterns, if there is none.
  package static func named(_ name: String) throws(ParzenError) -> TargetFamily {
    if let family = all.first(where: { $0.name == name }) { return family }
    for parametrized in ParametrizedFamily.all {
      if let family = try parametrized.family(named: name) { return family }
    }
    throw .invalidOption(
      """
      there is no target "\(name)"; choose from \(all.map(\.name).joined(separator: ", ")), or, with \
      numbers, \(patterns.joined(separator: ", "))
      """)
  }

  /// The families of a name: one, or all whose names begin with what stands before a final `*`.
  ///
  /// - Throws: `ParzenError.invalidOption`, with all names and patterns, if there is none.
  package static func families(_ name: String) throws(ParzenError) -> [TargetFamily] {
    guard name.hasSuffix("*") else { return [try named(name)] }
    let families = all.filter { $0.name.hasPrefix(name.dropLast()) }
    return families.isEmpty ? [try named(name)] : families
  }
}

extension GaussianMixture {
  /// A mixture from parameters that are known to be valid.
  static func normals(weights: [Double], means: Matrix, covariances: [Matrix]) -> GaussianMixture {
    do {
      return try GaussianMixture(weights: weights, means: means, covariances: covariances)
    } catch {
      preconditionFailure("the parameters of this mixture are valid: \(error)")
    }
  }

  /// A mixture with diagonal covariances from parameters that are known to be valid; deviations as the means,
  /// K x d.
  static func normals(weights: [Double], means: Matrix, deviations: Matrix) -> GaussianMixture {
    do {
      var variances = deviations
      for i in variances.elements.indices { variances.elements[i] *= variances.elements[i] }
      return try GaussianMixture(weights: weights, means: means, variances: variances)
    } catch {
      preconditionFailure("the parameters of this mixture are valid: \(error)")
    }
  }
}
