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
/// let fit = SavedFit(.transformed(estimate.density), columnNames: ["mass", "length"])
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
    /// The smallest and the largest sample of every column.
    public var minimum: [Double]
    public var maximum: [Double]

    public init(method: String, details: String = "", file: String = "", samples: Matrix) {
      self.method = method
      self.details = details
      self.file = file
      self.samples = samples.rows
      minimum = (0..<samples.columns).map { samples[column: $0].min() ?? 0 }
      maximum = (0..<samples.columns).map { samples[column: $0].max() ?? 0 }
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case method, details, file, samples, minimum, maximum
    }

    public init(from decoder: any Decoder) throws {
      try decoder.checkKeys(CodingKeys.self)
      let container = try decoder.container(keyedBy: CodingKeys.self)
      method = try container.decode(String.self, forKey: .method)
      details = try container.decode(String.self, forKey: .details)
      file = try container.decode(String.self, forKey: .file)
      samples = try container.decode(Int.self, forKey: .samples)
      minimum = try container.decode([Double].self, forKey: .minimum)
      maximum = try container.decode([Double].self, forKey: .maximum)
    }

    /// - Parameters:
    ///   - samples: their number.
    ///   - ranges: the smallest and the largest sample of every column.
    public init(
      method: String, details: String = "", file: String = "", samples: Int, ranges: [ClosedRange<Double>]
    ) {
      self.method = method
      self.details = details
      self.file = file
      self.samples = samples
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

  /// The names of the columns.
  public var columnNames: [String]
  public var content: Content
  public var origin: Origin?
  /// The modes, if they were found.
  public var clustering: Clustering?

  /// The version of the format that is written.
  public static let version = 1
  static let formatName = "parzen fit"

  /// - Precondition: there are as many names as dimensions.
  public init(_ content: Content, columnNames: [String], origin: Origin? = nil) {
    self.content = content
    self.columnNames = columnNames
    self.origin = origin
    precondition(columnNames.count == dimension, "every column of a fit has a name")
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

extension SavedFit: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case format, version, columns, origin, kind, mixture, transformed, recipe, clustering
  }

  private enum Kind: String, Codable {
    case mixture = "mixture of Gaussians"
    case transformed = "mixture of Gaussians in coordinates of the columns"
    case recipe = "samples"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func fail(_ key: CodingKeys, _ reason: String) -> DecodingError {
      DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: reason)
    }
    guard try container.decode(String.self, forKey: .format) == Self.formatName else {
      throw fail(.format, "this is no fit of parzen")
    }
    let version = try container.decode(Int.self, forKey: .version)
    if let flaw = flaw(ofFormat: version, latest: Self.version) { throw fail(.version, flaw) }
    try decoder.checkKeys(CodingKeys.self)
    columnNames = try container.decode([String].self, forKey: .columns)
    origin = try container.decodeIfPresent(Origin.self, forKey: .origin)
    switch try container.decode(Kind.self, forKey: .kind) {
    case .mixture: content = .mixture(try container.decode(GaussianMixture.self, forKey: .mixture))
    case .transformed:
      content = .transformed(try container.decode(TransformedMixture.self, forKey: .transformed))
    case .recipe: content = .recipe(try container.decode(EstimatorRecipe.self, forKey: .recipe))
    }
    guard columnNames.count == dimension else {
      throw fail(.columns, "there are \(columnNames.count) names for \(dimension) columns")
    }
    clustering = try container.decodeIfPresent(Clustering.self, forKey: .clustering)
    if let clustering {
      let density = try? density()
      let components =
        (density as? any GaussianMixtureDensity)?.mixture.componentCount
        ?? (density as? TransformedMixture)?.gaussianMixture?.componentCount
      guard clustering.componentModes.count == components,
        clustering.componentModes.allSatisfy(clustering.modes.indices.contains),
        clustering.modes.allSatisfy({ $0.count == dimension })
      else { throw fail(.clustering, "the modes are not those of the mixture") }
    }
    let counts = [origin?.minimum.count, origin?.maximum.count].compactMap(\.self)
    guard counts.allSatisfy({ $0 == dimension }) else {
      throw fail(.origin, "the ranges are not those of \(dimension) columns")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.formatName, forKey: .format)
    try container.encode(Self.version, forKey: .version)
    try container.encode(columnNames, forKey: .columns)
    try container.encodeIfPresent(origin, forKey: .origin)
    try container.encodeIfPresent(clustering, forKey: .clustering)
    switch content {
    case .mixture(let mixture):
      try container.encode(Kind.mixture, forKey: .kind)
      try container.encode(mixture, forKey: .mixture)
    case .transformed(let mixture):
      try container.encode(Kind.transformed, forKey: .kind)
      try container.encode(mixture, forKey: .transformed)
    case .recipe(let recipe):
      try container.encode(Kind.recipe, forKey: .kind)
      try container.encode(recipe, forKey: .recipe)
    }
  }
}

extension SavedFit {
  /// Reads a fit.
  ///
  /// - Throws: `ParzenError.file` if the file cannot be read or holds no fit.
  public init(contentsOf url: URL) throws(ParzenError) {
    let path = url.relativePath
    guard let data = try? Data(contentsOf: url) else {
      throw .file(path: path, reason: "cannot be read: check the name and the folder")
    }
    self = try SavedFit(text: [UInt8](data), path: path)
  }

  /// Reads the text of a fit.
  ///
  /// - Parameter path: a name for messages.
  package init(text: [UInt8], path: String) throws(ParzenError) {
    do {
      self = try JSONDecoder().decode(SavedFit.self, from: Data(text))
    } catch let error as UnknownKey {
      throw .file(path: path, reason: error.description)
    } catch let error as DecodingError {
      throw .file(path: path, reason: Self.reason(error))
    } catch {
      throw .file(path: path, reason: "this is no saved fit")
    }
  }

  /// Writes the fit, complete or not at all.
  ///
  /// - Throws: `ParzenError.file` if the file cannot be written.
  public func write(to url: URL) throws(ParzenError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data: Data
    do { data = try encoder.encode(self) } catch {
      throw .file(path: url.relativePath, reason: "the fit cannot be written: a number is not finite")
    }
    try AtomicFile.write(Self.spaced([UInt8](data)), path: url.relativePath)
  }

  /// JSON with a line for every member and every row of numbers.
  private static func spaced(_ json: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var depth = 0
    var isInString = false
    // Whether each open bracket holds further brackets: only these are spread over lines.
    var isSpread: [Bool] = []
    func hasInner(after start: Int) -> Bool {
      var (index, isQuoted) = (start + 1, false)
      while index < json.count {
        switch json[index] {
        case UInt8(ascii: "\\") where isQuoted: index += 1
        case UInt8(ascii: "\""): isQuoted.toggle()
        case UInt8(ascii: "["), UInt8(ascii: "{"): if !isQuoted { return true }
        case UInt8(ascii: "]"), UInt8(ascii: "}"): if !isQuoted { return false }
        default: break
        }
        index += 1
      }
      return false
    }
    func lineBreak() {
      result.append(UInt8(ascii: "\n"))
      result += [UInt8](repeating: UInt8(ascii: " "), count: 2 * depth)
    }
    var index = 0
    while index < json.count {
      let byte = json[index]
      if isInString {
        result.append(byte)
        if byte == UInt8(ascii: "\\") {
          index += 1
          result.append(json[index])
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        index += 1
        continue
      }
      switch byte {
      case UInt8(ascii: "\""):
        isInString = true
        result.append(byte)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        result.append(byte)
        isSpread.append(byte == UInt8(ascii: "{") || hasInner(after: index))
        depth += 1
        if isSpread[isSpread.count - 1] { lineBreak() }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if isSpread.popLast() == true { lineBreak() }
        result.append(byte)
      case UInt8(ascii: ","):
        result.append(byte)
        if isSpread.last == true { lineBreak() } else { result.append(UInt8(ascii: " ")) }
      case UInt8(ascii: ":"):
        result += [byte, UInt8(ascii: " ")]
      default: result.append(byte)
      }
      index += 1
    }
    return result + [UInt8(ascii: "\n")]
  }

  private static func reason(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context):
      """
      this is no saved fit: it lacks \((context.codingPath + [key]).map(\.stringValue).joined(separator: "."))
      """
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "this is no saved fit: "
        + "\(context.codingPath.map(\.stringValue).joined(separator: ".")) is not what it should be"
    case .dataCorrupted(let context):
      (context.codingPath.isEmpty ? "this is no saved fit: " : "") + context.debugDescription
    @unknown default: "this is no saved fit: it is malformed"
    }
  }
}
