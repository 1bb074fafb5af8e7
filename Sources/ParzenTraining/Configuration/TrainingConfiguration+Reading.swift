import ParzenCore
import ParzenFiles
import ParzenNetworks

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension TrainingConfiguration {
  /// Reads a configuration from a JSON file; keys that are absent keep their default.
  ///
  /// - Throws: `ParzenError.file` if the file cannot be read, is no JSON object, or has a key that does not
  ///   exist or a value of the wrong type; `ParzenError.invalidOption` if the run makes no sense.
  public init(contentsOf url: URL) throws(ParzenError) {
    let path = url.relativePath
    try self.init(bytes: readFile(path, atMost: Self.largestFile), path: path)
  }

  /// Reads a configuration from the content of a file.
  ///
  /// - Parameter path: a name for messages.
  package init(bytes: [UInt8], path: String) throws(ParzenError) {
    do {
      try self.init(json: bytes)
      try validate()
    } catch let error as ParzenError {
      throw .file(path: path, reason: error.description)
    } catch let error as UnknownSetting {
      throw .file(
        path: path,
        reason: "there is no setting \"\(error.place)\": take one of \(error.known.joined(separator: ", "))")
    } catch {
      throw .file(path: path, reason: "cannot be read as a training configuration: \(decodingFlaw(error))")
    }
  }

  /// Takes a configuration out of JSON; keys that are absent keep their default.
  ///
  /// - Throws: `UnknownSetting` for a key that does not exist, and what decoding throws.
  init(json: some Sequence<UInt8>) throws {
    let given = try JSONDecoder().decode(JSONValue.self, from: Data(json))
    let defaults = try JSONDecoder().decode(
      JSONValue.self, from: JSONEncoder().encode(Self.defaults(given)))
    let merged = try Self.merge(given, into: defaults, path: "")
    self = try JSONDecoder().decode(Self.self, from: JSONEncoder().encode(merged))
  }

  /// A setting that does not exist.
  struct UnknownSetting: Error {
    let place: String
    /// Those that exist there.
    let known: [String]
  }

  /// The default run of the network that a JSON object names.
  private static func defaults(_ given: JSONValue) throws(ParzenError) -> TrainingConfiguration {
    let network = given.members?["network"]?.members
    guard network?["architecture"] == .string(CrossAttentionConfiguration.architecture) else {
      return TrainingConfiguration()
    }
    var configuration = CrossAttentionConfiguration()
    if case .integer(let dimension) = network?["dimension"] { configuration.dimension = dimension }
    try configuration.validate()
    return TrainingConfiguration(configuration)
  }

  /// `defaults` with the keys of `given` replaced, objects within objects likewise. Lists are taken as they
  /// are given; their objects may have the keys of those in the list that they replace.
  private static func merge(_ given: JSONValue, into defaults: JSONValue, path: String) throws -> JSONValue {
    if case .array(let list) = given, case .array(let old) = defaults, let template = old.first?.members {
      for (index, entry) in list.enumerated() {
        _ = try merge(entry, into: .object(template), path: "\(path.dropLast())[\(index)].")
      }
      return given
    }
    guard let defaults = defaults.members else { return given }
    guard let given = given.members else {
      throw ParzenError.invalidOption(
        "\(path.isEmpty ? "the whole file" : String(path.dropLast())) must be a JSON object")
    }
    var result = defaults
    for (key, value) in given {
      guard let old = defaults[key] else {
        throw UnknownSetting(place: path + key, known: defaults.keys.sorted())
      }
      result[key] = try merge(value, into: old, path: path + key + ".")
    }
    return .object(result)
  }
}
