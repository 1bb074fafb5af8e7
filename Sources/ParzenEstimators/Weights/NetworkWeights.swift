import ParzenCore
import ParzenDifferentiation
import ParzenFiles
import ParzenNetworks
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The weights of a network with its architecture and how they came about.
///
/// On disk: a safetensors file with one Float32 tensor for each parameter array, and the metadata
/// `architecture` (for instance "mixture-transformer"), `configuration` and `training` (both JSON), and the
/// version of this format, `parzen_format`. In format 1 training had no stages.
///
/// ```swift
/// let weights = try MixtureTransformerWeights(contentsOf: URL(filePath: "mixture-transformer.safetensors"))
/// let estimate = try MixtureTransformer(samples: samples, network: weights)
/// ```
public struct NetworkWeights<Configuration: NetworkConfiguration>: Sendable, Equatable {
  /// The architecture.
  public let configuration: Configuration
  /// All parameters, flat, in the order of the configuration's layout.
  public let parameters: [Float]
  /// How the weights were trained.
  public let record: TrainingRecord
  /// The parameters in Float64.
  let widened = WidenedParameters()

  /// - Throws: `ParzenError.invalidOption` unless there are as many parameters as the configuration's layout
  ///   has.
  public init(
    configuration: Configuration, parameters: [Float], record: TrainingRecord
  ) throws(ParzenError) {
    guard parameters.count == configuration.layout.count else {
      throw .invalidOption(
        "\(parameters.count) parameters were given, and a network of this configuration has "
          + "\(configuration.layout.count)")
    }
    self.configuration = configuration
    self.parameters = parameters
    self.record = record
  }

  /// Reads weights from a file.
  ///
  /// - Throws: `ParzenError.file` if the file cannot be read, is malformed, or belongs to another
  ///   architecture.
  public init(contentsOf url: URL) throws(ParzenError) {
    try self.init(file: SafetensorsFile(contentsOf: url))
  }

  /// Takes the weights out of the content of a file.
  ///
  /// - Throws: `ParzenError.file` if it belongs to another architecture or is not what this package writes.
  package init(file: SafetensorsFile) throws(ParzenError) {
    let architecture = file.metadata["architecture"]
    guard architecture == Configuration.architecture else {
      throw .file(
        path: file.path,
        reason: "holds " + (architecture.map { "weights of a \($0)" } ?? "no Parzen weights")
          + ": give the weights of a \(Configuration.architecture), as a training run writes them")
    }
    try file.checkFormat(latest: Self.format)
    configuration = try Self.decode("configuration", of: file)
    record = try Self.decode("training", of: file)
    do {
      try configuration.validate()
    } catch {
      throw .file(path: file.path, reason: error.description)
    }
    let layout = configuration.layout
    // Every tensor is there before room is made for all of them: then they are as large as the file.
    for entry in layout.entries { _ = try file.tensor(entry.name, shape: entry.shape) }
    var parameters: [Float] = []
    parameters.reserveCapacity(layout.count)
    for entry in layout.entries { parameters += try file.floats(entry.name, shape: entry.shape) }
    guard parameters.allSatisfy(\.isFinite) else {
      throw .file(
        path: file.path, reason: "holds parameters that are not finite: train again or take another file")
    }
    self.parameters = parameters
  }

  /// Writes the weights to a file, which appears only when it is complete.
  ///
  /// - Throws: `ParzenError.file` if it cannot be written.
  public func write(to url: URL) throws(ParzenError) {
    var tensors: [String: SafetensorsTensor] = [:]
    for entry in configuration.layout.entries {
      tensors[entry.name] = try SafetensorsTensor(
        Array(parameters[entry.offset..<entry.offset + entry.count]), shape: entry.shape)
    }
    var metadata = SafetensorsFile.formatMetadata(Self.format)
    metadata["architecture"] = Configuration.architecture
    metadata["configuration"] = jsonText(configuration)
    metadata["training"] = jsonText(record)
    try SafetensorsFile(tensors: tensors, metadata: metadata).write(to: url)
  }

  /// The version of the format that is written.
  private static var format: Int { 2 }

  private static func decode<Value: Decodable>(
    _ key: String, of file: SafetensorsFile
  ) throws(ParzenError) -> Value {
    try file.decoded(key, of: "file of Parzen weights") {
      try JSONDecoder().decode(Value.self, from: Data($0.utf8))
    }
  }
}

/// Parameters in Float64, made where they are first wanted: a fit of few samples asks for them several times,
/// and making them takes as long as a pass of the network.
final class WidenedParameters: Sendable, Equatable {
  private let values = Mutex<[Double]?>(nil)

  func callAsFunction(_ parameters: [Float]) -> [Double] {
    values.withLock { values in
      let made = values ?? parameters.map { Double($0) }
      values = made
      return made
    }
  }

  /// They follow from the parameters, by which weights are compared.
  static func == (left: WidenedParameters, right: WidenedParameters) -> Bool { true }
}

/// A value as JSON with sorted keys.
package func jsonText(_ value: some Encodable) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  guard let data = try? encoder.encode(value) else {
    preconditionFailure("configurations and records are encodable")
  }
  return String(decoding: data, as: UTF8.self)
}
