import ParzenCore
import ParzenFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Particles between two steps, with all records, as a file to go on from.
///
/// A safetensors file with the Float64 tensors `positions` (n x d), `records` (steps + 1 rows) and `paths`
/// (steps + 1, tracked, d), and the metadata `particles` (the settings) and `parzen_format`.
///
/// ```swift
/// var evolution = try ParticleEvolution(
///   resuming: ParticleCheckpoint(start: samples), equation: LandauEquation(exponent: 0),
///   integrator: .midpoint, timeStep: 0.05,
///   source: ScoreSource(name: "kernels") { (positions) throws(ParzenError) in
///     try KernelDensity(samples: positions)
///   }, threads: 2)
/// try evolution.checkpoint(settings: "").write(to: URL(filePath: "checkpoint.safetensors"))
/// ```
public struct ParticleCheckpoint: Sendable, Equatable {
  /// The particles, n x d.
  public var positions: Matrix
  /// The state at the start and after every step.
  public var records: [ParticleRecord]
  /// The places of the tracked particles at the same times.
  public var paths: [Matrix]
  /// A text for whoever resumes.
  public var settings: String

  /// Particles that have not moved yet, n x d.
  public init(start positions: Matrix) {
    self.init(positions: positions, records: [], paths: [], settings: "")
  }

  /// Writes the checkpoint; the file appears, or is replaced, only when it is complete.
  ///
  /// - Throws: `ParzenError.file` if it cannot be written.
  public func write(to url: URL) throws(ParzenError) {
    let rows = records.map(\.numbers)
    let file = SafetensorsFile(
      tensors: [
        "positions": try SafetensorsTensor(positions.elements, shape: [positions.rows, positions.columns]),
        "records": try SafetensorsTensor(rows.flatMap(\.self), shape: [rows.count, rows.first?.count ?? 0]),
        "paths": try SafetensorsTensor(
          paths.flatMap(\.elements), shape: [paths.count, paths.first?.rows ?? 0, positions.columns]),
      ],
      metadata: SafetensorsFile.formatMetadata(Self.format).merging(["particles": settings]) { $1 })
    try file.write(to: url)
  }

  /// The version of the format that is written; 1 did not say so.
  private static let format = 2

  /// Reads a checkpoint.
  ///
  /// - Throws: `ParzenError.file` if the file cannot be read or is no checkpoint of particles.
  public init(contentsOf url: URL) throws(ParzenError) {
    try self.init(file: SafetensorsFile(contentsOf: url))
  }

  /// The checkpoint in a file that has been read.
  package init(file: SafetensorsFile) throws(ParzenError) {
    func unsuitable(_ flaw: String) -> ParzenError {
      .file(
        path: file.path,
        reason: "is no checkpoint of particles\(flaw): give one that an evolution of particles wrote")
    }
    guard let settings = file.metadata["particles"] else { throw unsuitable("") }
    try file.checkFormat(latest: Self.format)
    guard let shape = file.tensors["positions"]?.shape, shape.count == 2, shape[0] > 0, shape[1] > 0,
      let count = file.tensors["records"]?.shape.first, count > 0,
      let pathShape = file.tensors["paths"]?.shape, pathShape.count == 3
    else { throw unsuitable("") }
    let (d, tracked) = (shape[1], pathShape[1])
    guard d <= Limits.dimensions, count <= Limits.steps else {
      throw unsuitable(": it has \(d) dimensions and \(count) records")
    }
    guard tracked == ParticleEvolution.trackedParticles(of: shape[0]).count else {
      throw unsuitable(": \(tracked) paths do not fit \(shape[0]) particles")
    }
    let width = ParticleRecord.width(dimension: d)
    let places = try file.doubles("paths", shape: [count, tracked, d])
    let numbers = try file.doubles("records", shape: [count, width])
    positions = Matrix(rows: shape[0], columns: d, elements: try file.doubles("positions", shape: shape))
    guard [places, numbers, positions.elements].allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw unsuitable(": it holds numbers that are not finite")
    }
    records = (0..<count).map {
      ParticleRecord(numbers: Array(numbers[$0 * width..<($0 + 1) * width]), dimension: d)
    }
    paths = (0..<count).map {
      Matrix(rows: tracked, columns: d, elements: Array(places[$0 * tracked * d..<($0 + 1) * tracked * d]))
    }
    self.settings = settings
  }

  init(positions: Matrix, records: [ParticleRecord], paths: [Matrix], settings: String) {
    (self.positions, self.records, self.paths, self.settings) = (positions, records, paths, settings)
  }
}

extension ParticleRecord {
  /// How many numbers a record is.
  static func width(dimension d: Int) -> Int { 5 + d + d * d }

  /// All numbers of the record.
  var numbers: [Double] {
    [time, energy, entropy, entropyRate, moments.fourthMoment] + moments.mean + moments.covariance.elements
  }

  init(numbers: [Double], dimension d: Int) {
    self.init(
      time: numbers[0],
      moments: ParticleMoments(
        mean: Array(numbers[5..<5 + d]),
        covariance: Matrix(rows: d, columns: d, elements: Array(numbers[(5 + d)...])),
        fourthMoment: numbers[4]),
      energy: numbers[1], entropy: numbers[2], entropyRate: numbers[3])
  }
}
