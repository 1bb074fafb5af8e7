import Foundation
import ParzenCore
import ParzenFiles
import ParzenNetworks

/// The weights of a mixture transformer with its architecture and how they came about.
///
/// On disk: a safetensors file with one Float32 tensor for each parameter array, and the metadata `architecture`
/// ("mixture-transformer"), `configuration` and `training` (both JSON).
public struct MixtureTransformerWeights: Sendable, Equatable {
  /// The architecture.
  public let configuration: MixtureTransformerConfiguration
  /// All parameters, flat, in the order of the configuration's layout.
  public let parameters: [Float]
  /// How the weights were trained.
  public let record: TrainingRecord

  /// How weights were trained.
  public struct TrainingRecord: Sendable, Codable, Equatable {
    /// Optimiser steps.
    public var steps: Int
    /// Random distributions seen.
    public var contexts: Int
    /// The random distributions, in words.
    public var prior: String
    /// The day that training ended, as in 2026-01-31.
    public var date: String
    /// The seed of initial weights and data.
    public var seed: UInt64
    /// The dimensions seen in training.
    public var dimensions: ClosedRange<Int>
    /// The numbers of samples seen in training.
    public var samples: ClosedRange<Int>

    public init(
      steps: Int, contexts: Int, prior: String, date: String, seed: UInt64, dimensions: ClosedRange<Int>,
      samples: ClosedRange<Int>
    ) {
      self.steps = steps
      self.contexts = contexts
      self.prior = prior
      self.date = date
      self.seed = seed
      self.dimensions = dimensions
      self.samples = samples
    }
  }

  static let architecture = "mixture-transformer"

  /// - Precondition: `parameters` has the count of the configuration's layout.
  public init(configuration: MixtureTransformerConfiguration, parameters: [Float], record: TrainingRecord) {
    precondition(parameters.count == configuration.layout.count, "parameters must fit the configuration")
    self.configuration = configuration
    self.parameters = parameters
    self.record = record
  }

  /// The weights that ship with the package.
  ///
  /// Loaded once, in milliseconds.
  public static let pretrained: MixtureTransformerWeights = {
    guard let url = Bundle.module.url(forResource: "mixture-transformer", withExtension: "safetensors") else {
      fatalError(
        "the package's resources are missing: keep the folder ending in .resources beside the program")
    }
    do {
      return try MixtureTransformerWeights(contentsOf: url)
    } catch {
      fatalError("the package's own weights cannot be read: \(error)")
    }
  }()

  /// Reads weights from a file.
  ///
  /// - Throws: `ParzenError.file` if the file cannot be read, is malformed, or belongs to another architecture.
  public init(contentsOf url: URL) throws(ParzenError) {
    let file = try SafetensorsFile(contentsOf: url)
    guard file.metadata["architecture"] == Self.architecture else {
      throw .file(
        path: url.path,
        reason: "holds " + (file.metadata["architecture"].map { "weights of a \($0)" } ?? "no Parzen weights")
          + ": give the weights of a \(Self.architecture), as `parzen train` writes them")
    }
    configuration = try Self.decode("configuration", of: file)
    record = try Self.decode("training", of: file)
    try configuration.validate(path: url.path)
    var parameters: [Float] = []
    let layout = configuration.layout
    parameters.reserveCapacity(layout.count)
    for entry in layout.entries {
      parameters += try file.floats(
        entry.name, shape: entry.isVector ? [entry.columns] : [entry.rows, entry.columns])
    }
    guard parameters.allSatisfy(\.isFinite) else {
      throw .file(
        path: url.path, reason: "holds parameters that are not finite: train again or take another file")
    }
    self.parameters = parameters
  }

  /// Writes the weights to a file, which appears only when it is complete.
  ///
  /// - Throws: `ParzenError.file` if it cannot be written.
  public func write(to url: URL) throws(ParzenError) {
    var tensors: [String: SafetensorsTensor] = [:]
    for entry in configuration.layout.entries {
      tensors[entry.name] = SafetensorsTensor(
        Array(parameters[entry.offset..<entry.offset + entry.count]),
        shape: entry.isVector ? [entry.columns] : [entry.rows, entry.columns])
    }
    let metadata = [
      "architecture": Self.architecture, "configuration": jsonText(configuration),
      "training": jsonText(record),
    ]
    try SafetensorsFile(tensors: tensors, metadata: metadata).write(to: url)
  }

  private static func decode<Value: Decodable>(_ key: String, of file: SafetensorsFile) throws(ParzenError)
    -> Value
  {
    do {
      return try JSONDecoder().decode(Value.self, from: Data((file.metadata[key] ?? "").utf8))
    } catch {
      throw .file(
        path: file.path,
        reason: "its metadata has no readable \"\(key)\": this is not a file of Parzen weights")
    }
  }
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

extension MixtureTransformerConfiguration {
  /// Throws unless all sizes are positive and of a magnitude that weights can have.
  func validate(path: String) throws(ParzenError) {
    let sizes = [
      scalarChannels, vectorChannels, layers, attentionHeads, attentionScalarWidth, attentionVectorWidth,
      hiddenScalars,
      hiddenVectors, mixtureHeads, rank, maximumComponents,
    ]
    guard sizes.allSatisfy({ (1...4096).contains($0) }) else {
      throw .file(
        path: path,
        reason: "its configuration has sizes that make no sense: this is not a file of Parzen weights")
    }
  }
}
