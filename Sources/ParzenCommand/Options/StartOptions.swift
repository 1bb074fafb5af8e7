import ArgumentParser
import Foundation
import Parzen

extension ParticleStart: ExpressibleByArgument {}

/// Where particles begin.
struct StartOptions: ParsableArguments {
  @Argument(
    help: "The particles at the start: a CSV or .npy file, one row per particle. Or give --start.",
    completion: .file())
  var samples: String?

  @OptionGroup(title: "Reading") var reading: ReadingOptions

  @Option(
    help: """
      Draw the particles from two Gaussians at -2 and 2 on the first axis (two-modes), a Gaussian of unequal \
      variances (anisotropic), or the Bobylev-Krook-Wu density (bkw).
      """)
  var start: ParticleStart?

  @Option(help: ArgumentHelp("How many particles to draw. (default: 2000)", valueName: "n"))
  var count: Int?

  @Option(help: ArgumentHelp("The dimension of the space to draw them in. (default: 2)", valueName: "d"))
  var dimension: Int?

  @Option(help: ArgumentHelp("The seed for drawing them. (default: 1)", valueName: "s"))
  var seed: UInt64?

  func validate() throws {
    if let samples, let start {
      throw ValidationError(
        "\(samples) and --start \(start.rawValue) exclude each other: give one of them")
    }
    let drawing = [
      count.map { _ in "--count" }, dimension.map { _ in "--dimension" }, seed.map { _ in "--seed" },
    ].compactMap(\.self)
    if start == nil, let first = drawing.first {
      throw ValidationError("\(first) is for particles that are drawn: give a --start, or leave it out")
    }
    if samples == nil { try refuse(reading.given, "for a file of particles") }
    try checkingUsage {
      if let count { try Limits.check("--count", count, 1...Limits.numbers) }
      if let dimension { try Limits.check("--dimension", dimension, 1...Limits.dimensions) }
      try Limits.checkProduct("the particles", [count ?? 2000, dimension ?? 2])
    }
    do { _ = try start?.density(dimension: dimension ?? 2) } catch { throw ValidationError("\(error)") }
  }
}

/// Particles at the start.
struct StartingParticles {
  let positions: Matrix
  let columnNames: [String]
}

extension StartOptions {
  /// The density that particles are drawn from; nil for those of a file.
  var density: (any Distribution)? { try? start?.density(dimension: dimension ?? 2) }

  /// Reads or draws the particles.
  func particles(_ report: inout Report) throws -> StartingParticles {
    if let samples {
      var options = try SampleOptions.parse(["--", samples])
      options.reading = reading
      let read = try options.read(&report)
      return StartingParticles(positions: read.usable, columnNames: read.table.columnNames)
    }
    guard let start else { throw ParzenError.invalidOption("give a file of particles, or a --start") }
    let (count, dimension, seed) = (count ?? 2000, dimension ?? 2, seed ?? 1)
    var generator = Xoshiro256(seed: seed)
    let positions = try start.density(dimension: dimension).sample(count: count, using: &generator)
    report.add(
      "particles",
      "\(count) x \(dimension), drawn from \(start.rawValue) with seed \(seed)")
    return StartingParticles(
      positions: positions, columnNames: (1...dimension).map { "x\($0)" })
  }
}
