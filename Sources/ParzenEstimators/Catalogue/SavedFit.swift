import ParzenCore
import ParzenDistributions
import ParzenFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A density as it is kept in a file: what it is, what its columns are called, and how it was made.
///
/// ```swift
/// let estimate = try MixtureTransformer(samples: samples)
/// let fit = try SavedFit(.transformed(estimate.density), columnNames: ["mass", "length"])
/// try fit.write(to: URL(filePath: "fit.json"))
/// let density = try SavedFit(contentsOf: URL(filePath: "fit.json")).density()
/// ```
///
/// The file is JSON with a version, that a person and any language can read: weights, means, and the lower
/// triangular Cholesky factors of the covariances, row by row. Numbers are the shortest that read back as
/// the same Float64, so that a density that was saved and loaded has the same bits in log density and
/// score.
public struct SavedFit: Sendable {
  /// What is saved of a density.
  public enum Content: Sendable {
    /// A mixture in the units of the data.
    case mixture(GaussianMixture)
    /// A mixture in coordinates that the columns are mapped to, as a `MixtureTransformer` estimates it.
    case transformed(TransformedMixture)
    /// Samples, and how to estimate from them.
    case recipe(EstimatorRecipe)
  }

  /// How a fit was made.
  public struct Origin: Sendable, Equatable, Codable {
    /// The method, in words.
    public var method: String
    /// What was fitted, in words.
    public var details: String
    /// The file of the samples.
    public var file: String
    /// The number of samples.
    public var samples: Int
    /// How many equal samples they are worth by their weights, see `SampleWeights.effectiveCount`; nil where
    /// they have none.
    public var effectiveCount: Double?
    /// The smallest and the largest sample of every column.
    public var minimum: [Double]
    public var maximum: [Double]

    /// The number of equal samples.
    package var count: Double { effectiveCount ?? Double(samples) }

    public init(
      method: String, details: String = "", file: String = "", samples: Matrix,
      sampleWeights: SampleWeights? = nil
    ) {
      self.method = method
      self.details = details
      self.file = file
      self.samples = samples.rows
      effectiveCount = sampleWeights?.effectiveCount
      minimum = (0..<samples.columns).map { samples[column: $0].min() ?? 0 }
      maximum = (0..<samples.columns).map { samples[column: $0].max() ?? 0 }
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case method, details, file, samples, effectiveCount, minimum, maximum
    }

    public init(from decoder: any Decoder) throws {
      try decoder.checkKeys(CodingKeys.self)
      let container = try decoder.container(keyedBy: CodingKeys.self)
      method = try container.decode(String.self, forKey: .method)
      details = try container.decode(String.self, forKey: .details)
      file = try container.decode(String.self, forKey: .file)
      samples = try container.decode(Int.self, forKey: .samples)
      effectiveCount = try container.decodeIfPresent(Double.self, forKey: .effectiveCount)
      minimum = try container.decode([Double].self, forKey: .minimum)
      maximum = try container.decode([Double].self, forKey: .maximum)
    }

    /// - Parameters:
    ///   - samples: their number.
    ///   - effectiveCount: how many they are worth by their weights; nil where they have none.
    ///   - ranges: the smallest and the largest sample of every column.
    public init(
      method: String, details: String = "", file: String = "", samples: Int, effectiveCount: Double? = nil,
      ranges: [ClosedRange<Double>]
    ) {
      self.method = method
      self.details = details
      self.file = file
      self.samples = samples
      self.effectiveCount = effectiveCount
      (minimum, maximum) = (ranges.map(\.lowerBound), ranges.map(\.upperBound))
    }
  }

  /// The modes of a mixture, and which of its components belong to each.
  public struct Clustering: Sendable, Equatable, Codable {
    /// The places of the modes, d values each.
    public var modes: [[Double]]
    /// The index of the mode of every component.
    public var componentModes: [Int]

    public init(modes: [[Double]], componentModes: [Int]) {
      self.modes = modes
      self.componentModes = componentModes
    }

    private enum CodingKeys: String, CodingKey, CaseIterable { case modes, componentModes }

    public init(from decoder: any Decoder) throws {
      try decoder.checkKeys(CodingKeys.self)
      let container = try decoder.container(keyedBy: CodingKeys.self)
      modes = try container.decode([[Double]].self, forKey: .modes)
      componentModes = try container.decode([Int].self, forKey: .componentModes)
    }
  }

  /// The names of the columns, one each.
  public let columnNames: [String]
  public internal(set) var content: Content
  public var origin: Origin?
  /// The modes, if they were found.
  public var clustering: Clustering?

  /// The version of the format that is written.
  public static let version = 1
  static let formatName = "parzen fit"

  /// - Throws: `ParzenError.invalidOption` if there are more or fewer names than dimensions.
  public init(_ content: Content, columnNames: [String], origin: Origin? = nil) throws(ParzenError) {
    self.content = content
    self.columnNames = columnNames
    self.origin = origin
    guard columnNames.count == dimension else {
      throw .invalidOption(
        "\(columnNames.count) names are not those of \(dimension) columns: give every column one name")
    }
  }

  /// The number of columns.
  public var dimension: Int {
    switch content {
    case .mixture(let mixture): mixture.dimension
    case .transformed(let mixture): mixture.dimension
    case .recipe(let recipe): recipe.samples.columns
    }
  }

  /// The density.
  ///
  /// - Throws: what making it again throws, for a recipe.
  public func density() throws(ParzenError) -> any Density {
    switch content {
    case .mixture(let mixture): mixture
    case .transformed(let mixture): mixture
    case .recipe(let recipe): try recipe.density()
    }
  }
}
