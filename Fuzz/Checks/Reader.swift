import Foundation
import Parzen
import ParzenEstimators

/// The readers of files from outside, each with what must hold for any bytes: no crash, and a result that
/// is what its type promises, or a typed error.
///
/// The package in `Fuzz` runs them on bytes that libFuzzer makes up; the tests run them on the inputs in
/// `Fuzz/Corpus`.
public enum Reader: String, Sendable, CaseIterable {
  case csv = "CSV"
  case numPy = "NumPy"
  case archive = "Archive"
  case safetensors = "Safetensors"
  case configuration = "Configuration"
  case weights = "Weights"
  case checkpoint = "Checkpoint"
  case particles = "Particles"
  case fit = "Fit"

  /// Reads bytes; traps where a promise is broken.
  public func check(_ bytes: [UInt8]) {
    switch self {
    case .csv: Self.checkCSV(bytes)
    case .numPy: Self.checkNumPy(bytes)
    case .archive: Self.checkArchive(bytes)
    case .safetensors: Self.checkSafetensors(bytes)
    case .configuration: Self.checkConfiguration(bytes)
    case .weights: Self.checkWeights(bytes)
    case .checkpoint: Self.checkCheckpoint(bytes)
    case .particles: Self.checkParticles(bytes)
    case .fit: Self.checkFit(bytes)
    }
  }

  private static func checkCSV(_ bytes: [UInt8]) {
    guard let table = try? Table(bytes: bytes, path: "input.csv") else { return }
    precondition(table.values.rows > 0 && table.columnNames.count == table.values.columns)
    precondition(table.values.elements.allSatisfy(\.isFinite))
    // Nothing is missing, so there is nothing to drop.
    precondition((try? Table(bytes: bytes, path: "input.csv", dropMissing: true)) == table)
    // A number on its own is the one that the standard library reads.
    if table.values.elements.count == 1, let expected = Double(String(decoding: bytes, as: UTF8.self)) {
      precondition(table.values.elements[0].bitPattern == expected.bitPattern)
    }
  }

  /// The input gets the magic of the format, without which the reader would take it for text.
  private static func checkNumPy(_ bytes: [UInt8]) {
    let file = [0x93] + Array("NUMPY".utf8) + bytes.dropFirst(6)
    guard let table = try? Table(bytes: file, path: "input.npy", dropMissing: true) else { return }
    precondition(table.values.rows > 0 && table.columnNames.count == table.values.columns)
    precondition(table.values.elements.allSatisfy(\.isFinite))
    // No more elements than the file has room for.
    precondition(table.values.elements.count <= bytes.count)
  }

  /// A zip archive of NumPy arrays, or what gzip compresses; anything else gets the magic of gzip.
  private static func checkArchive(_ bytes: [UInt8]) {
    let isArchive = bytes.starts(with: Array("PK".utf8))
    let file = isArchive ? bytes : [0x1F, 0x8B, 8] + bytes.dropFirst(3)
    guard let table = try? Table(bytes: file, path: "input", dropMissing: true) else { return }
    precondition(table.values.rows > 0 && table.columnNames.count == table.values.columns)
    precondition(table.values.elements.allSatisfy(\.isFinite))
    // Deflate compresses by no more than 1,032, and each element takes a byte at least.
    precondition(table.values.elements.count <= 1032 * bytes.count)
  }

  private static func checkSafetensors(_ bytes: [UInt8]) {
    guard let file = try? SafetensorsFile(bytes: bytes, path: "input.safetensors") else { return }
    guard let copy = try? SafetensorsFile(bytes: file.encoded(), path: "copy") else {
      preconditionFailure("what was read can be written and read again")
    }
    precondition(copy.tensors == file.tensors && copy.metadata == file.metadata)
    for (name, tensor) in file.tensors {
      precondition((try? file.doubles(name)).map { $0.count == tensor.count } ?? true)
      precondition((try? file.floats(name)).map { $0.count == tensor.count } ?? true)
      precondition((try? file.integers(name)).map { $0.count == tensor.count } ?? true)
    }
  }

  /// A configuration that is accepted is one that training begins with.
  private static func checkConfiguration(_ bytes: [UInt8]) {
    guard let configuration = try? TrainingConfiguration(bytes: bytes, path: "input.json") else { return }
    precondition(configuration.hasUsableNumbers)
  }

  private static func checkWeights(_ bytes: [UInt8]) {
    guard let file = try? SafetensorsFile(bytes: bytes, path: "input.safetensors") else { return }
    if let weights = try? MixtureTransformerWeights(file: file) { check(weights) }
    if let weights = try? CrossAttentionWeights(file: file) { check(weights) }
  }

  private static func check(_ weights: NetworkWeights<some NetworkConfiguration>) {
    precondition((try? weights.configuration.validate()) != nil)
    precondition(weights.parameters.count == weights.configuration.layout.count)
    precondition(weights.parameters.allSatisfy(\.isFinite))
  }

  private static func checkCheckpoint(_ bytes: [UInt8]) {
    guard let file = try? SafetensorsFile(bytes: bytes, path: "input.safetensors"),
      let checkpoint = try? Checkpoint(file: file)
    else { return }
    precondition(checkpoint.configuration.hasUsableNumbers)
    precondition(checkpoint.state.parameters.allSatisfy(\.isFinite))
    precondition(checkpoint.state.step >= 0 && checkpoint.state.skippedSteps <= checkpoint.state.step)
  }

  private static func checkParticles(_ bytes: [UInt8]) {
    guard let file = try? SafetensorsFile(bytes: bytes, path: "input.safetensors"),
      let checkpoint = try? ParticleCheckpoint(file: file)
    else { return }
    let d = checkpoint.positions.columns
    precondition(checkpoint.positions.elements.allSatisfy(\.isFinite))
    precondition(checkpoint.paths.count == checkpoint.records.count)
    precondition(checkpoint.paths.allSatisfy { $0.columns == d })
    precondition(checkpoint.records.allSatisfy { $0.moments.mean.count == d })
  }

  /// A fit that is read is a density: a log density that is a number or minus infinity, wherever it is asked.
  private static func checkFit(_ bytes: [UInt8]) {
    guard let fit = try? SavedFit(text: bytes, path: "input.json") else { return }
    precondition(fit.columnNames.count == fit.dimension && fit.dimension > 0)
    guard let text = try? JSONEncoder().encode(fit),
      let copy = try? SavedFit(text: [UInt8](text), path: "copy")
    else { preconditionFailure("what was read can be written and read again") }
    precondition(copy.columnNames == fit.columnNames && copy.origin == fit.origin)
    guard let density = try? fit.density() else {
      guard case .recipe = fit.content else { preconditionFailure("a mixture needs no fit") }
      return
    }
    let points = Matrix([0, 1, -1e9, 1e300].map { Array(repeating: $0, count: fit.dimension) })
    guard let evaluation = try? density.evaluate(at: points) else {
      preconditionFailure("points of its dimension are what a density takes")
    }
    precondition(evaluation.logDensity.allSatisfy { !$0.isNaN && $0 < .infinity })
    precondition(evaluation.score.elements.allSatisfy { !$0.isNaN })
  }
}

extension TrainingConfiguration {
  /// What arithmetic with the numbers of a run relies on.
  fileprivate var hasUsableNumbers: Bool {
    steps >= 1 && shards >= 1 && learningRate.isFinite
      && buckets.allSatisfy { bucket in
        let sizes = [bucket.contexts, bucket.dimension, bucket.samples + queries]
        return sizes.reduce(1.0) { $0 * Double($1) } <= Double(1 << 26)
      }
  }
}
