import ParzenCore
import ParzenDistributions
import ParzenFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

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
