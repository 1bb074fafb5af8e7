import Foundation
import Parzen
import ParzenFiles
import Testing

@Suite struct EvolveTests {
  private func table(_ name: String, _ folder: TemporaryFolder) throws -> Table {
    try Table(contentsOf: folder.url.appending(path: name))
  }

  private let landau = [
    "evolve", "--equation", "landau", "--start", "bkw", "--count", "100", "--step", "0.2", "--output",
  ]

  @Test func tablesAndPicturesAreWritten() throws {
    let folder = try TemporaryFolder()
    let outcome = try Tool.run(landau + ["run", "--end", "1"], in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    for line in ["equation", "momentum", "energy", "entropy", "covariance", "written"] {
      #expect(outcome.output.contains("\n\(line) "), "\(outcome.output)")
    }
    #expect(outcome.errors.contains("time 1 of 1  energy "))
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folder.url.appending(path: "run").path
    ).sorted()
    #expect(
      names == [
        "checkpoint.safetensors", "covariance.svg", "energy.svg", "entropy.svg", "fourth-moment.svg",
        "moments.csv", "particles.csv", "paths.csv", "paths.svg",
      ])
    let moments = try table("run/moments.csv", folder)
    #expect(moments.values.rows == 6)
    #expect(
      moments.columnNames == [
        "time", "mean_x1", "mean_x2", "cov_x1_x1", "cov_x1_x2", "cov_x2_x2", "fourth_moment", "energy",
        "entropy", "entropy_rate", "exact_mean_x1", "exact_mean_x2", "exact_cov_x1_x1", "exact_cov_x1_x2",
        "exact_cov_x2_x2", "exact_fourth_moment", "exact_energy", "exact_entropy",
      ])
    #expect(try table("run/particles.csv", folder).values.rows == 100)
    #expect(try table("run/paths.csv", folder).values.rows == 6 * 50)
  }

  @Test func resumedRunEndsWithTheSameFiles() throws {
    let folder = try TemporaryFolder()
    #expect(try Tool.run(landau + ["whole", "--end", "1"], in: folder).status == 0)
    #expect(try Tool.run(landau + ["part", "--end", "0.6", "--threads", "1"], in: folder).status == 0)
    let resumed = try Tool.run(
      "evolve", "--resume", "part/checkpoint.safetensors", "--end", "1", "--output", "part", "--quiet",
      in: folder)
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(resumed.output.contains("part/checkpoint.safetensors, after step 3"))
    for name in ["moments.csv", "particles.csv", "paths.csv", "covariance.svg"] {
      let (whole, part) = (try folder.text(of: "whole/\(name)"), try folder.text(of: "part/\(name)"))
      #expect(whole == part, "\(name)")
    }
    let done = try Tool.run(
      "evolve", "--resume", "part/checkpoint.safetensors", "--output", "part", in: folder)
    #expect(done.status == 0)
    #expect(done.errors.contains("Time 1 is reached: tables and pictures are made again."))
    let earlier = try Tool.run(
      "evolve", "--resume", "part/checkpoint.safetensors", "--end", "0.5", "--output", "part", in: folder)
    #expect(earlier.status == 1)
    #expect(earlier.errors.contains("time 1 is reached already: give a later --end, or none"))
  }

  @Test func particlesComeFromAFileAndKeepTheirNames() throws {
    let folder = try TemporaryFolder()
    var generator = Xoshiro256(seed: 1)
    let rows = (0..<80).map { _ in "\(generator.nextNormal()),\(3 * generator.nextNormal())\n" }
    try folder.write("left,right\n" + rows.joined(), to: "data.csv")
    let outcome = try Tool.run(
      "evolve", "data.csv", "--equation", "fokker-planck", "--potential", "double-well", "--end", "0.1",
      "--method", "kde", "--integrator", "heun", "--output", "kernel", in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("wells at -1.5 and 1.5, barrier 2, stiffness 1, diffusion 1"))
    let names = try table("kernel/particles.csv", folder).columnNames
    #expect(names == ["left", "right"])
    let beside = try Tool.run(
      "evolve", "data.csv", "--equation", "fokker-planck", "--stiffness", "1", "2", "--end", "0.1",
      "--compare",
      "kernel/moments.csv", "--output", "harmonic", in: folder)
    #expect(beside.status == 0, "\(beside.errors)")
    let picture = try folder.text(of: "harmonic/covariance.svg")
    #expect(picture.contains("dotted: kernel"))
  }

  @Test func driftOfTheEnergyGivesAWarning() throws {
    let folder = try TemporaryFolder()
    let outcome = try Tool.run(
      "evolve", "--equation", "landau", "--start", "anisotropic", "--count", "100", "--step", "0.5", "--end",
      "1",
      "--integrator", "euler", "--output", "run", in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("Warning: the energy drifted by "))
    #expect(
      outcome.errors.contains("with euler and a step of 0.5: use the integrator midpoint, or a smaller step"))
  }

  /// A double well at a step with which Euler's method throws particles out: the last good state stays.
  @Test func divergingRunStopsAndKeepsTheLastGoodState() throws {
    let folder = try TemporaryFolder()
    let outcome = try Tool.run(
      "evolve", "--equation", "fokker-planck", "--potential", "double-well", "--barrier", "500", "--start",
      "two-modes", "--count", "70", "--step", "0.5", "--end", "20", "--integrator", "euler", "--output",
      "run",
      in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("The last good state, at time "), "\(outcome.errors)")
    #expect(outcome.errors.contains("Error: "), "\(outcome.errors)")
    let values = try table("run/particles.csv", folder).values
    #expect(values.rows == 70)
    #expect(try table("run/moments.csv", folder).values.rows > 1)
  }

  @Test(arguments: [
    (
      "--start two-modes --count 3 --equation landau",
      "3 particles in 2 dimensions are too few: give at least 4"
    ),
    (
      "--start two-modes --dimension 4 --equation landau",
      "the Landau equation is for velocities in 2 or 3 dimensions, not 4: choose other columns"
    ),
    (
      "--start two-modes --equation fokker-planck --stiffness 1 2 3",
      "there are 3 stiffnesses in 2 dimensions: give one, or one for each dimension"
    ),
    ("data.csv --equation landau", "data.csv: no such file: check the name and the folder"),
    (
      "--start bkw --equation landau --gamma -3 --exact-score",
      """
      the exact density is known for a linear force from a mixture of Gaussians, and for the Landau equation \
      with 
      """
        + "gamma 0 from the Bobylev-Krook-Wu density: estimate it instead"
    ),
    ("--resume nothing.safetensors", "nothing.safetensors: no such file: check the name and the folder"),
    (
      "--start bkw --equation landau --compare notes.csv",
      "notes.csv: is no table of moments: give the moments.csv of another `parzen evolve`"
    ),
  ])
  func flawIsExplained(options: String, message: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("a,b\n1,2\n3,4\n", to: "notes.csv")
    let outcome = try Tool.run(
      ["evolve"] + options.split(separator: " ").map(String.init) + ["--output", "run"], in: folder)
    #expect(outcome.status == 1)
    let lines = outcome.errors.split(separator: "\n").filter { !$0.hasPrefix("Warning") }
    #expect(lines == ["Error: \(message)"])
  }

  /// A run that cannot begin replaces none that is there, whatever stands in its way.
  @Test(arguments: [
    ("five.csv --equation landau", "the Landau equation is for velocities in 2 or 3 dimensions, not 5"),
    ("--start two-modes --count 3 --equation landau", "3 particles in 2 dimensions are too few"),
    ("--start bkw --equation landau --compare notes.csv", "notes.csv: is no table of moments"),
    ("--start bkw --equation landau --network notes.csv", "notes.csv: "),
    ("--start two-modes --equation fokker-planck --stiffness 1 2 3", "there are 3 stiffnesses"),
    ("five.csv --equation fokker-planck --exact-score", "--exact-score needs a start"),
    ("--start bkw --equation landau --gamma -3 --exact-score", "the exact density is known for"),
    ("--start bkw --equation landau --compare run/moments.csv", "the input run/moments.csv is this file"),
    ("run/particles.csv --equation fokker-planck", "the input run/particles.csv is this file"),
  ])
  func aRunThatCannotBeginReplacesNone(options: String, message: String) throws {
    let folder = try TemporaryFolder()
    var generator = Xoshiro256(seed: 2)
    let rows = (0..<20).map { _ in (0..<5).map { _ in "\(generator.nextNormal())" }.joined(separator: ",") }
    let files = ["run/moments.csv", "run/particles.csv", "run/paths.csv", "run/checkpoint.safetensors"]
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "run"), withIntermediateDirectories: false)
    for name in files + ["five.csv"] {
      try folder.write("a,b,c,d,e\n" + rows.joined(separator: "\n") + "\n", to: name)
    }
    try folder.write("a,b\n1,2\n3,4\n", to: "notes.csv")
    let outcome = try Tool.run(
      ["evolve"] + options.split(separator: " ").map(String.init) + ["--output", "run", "--overwrite"],
      in: folder)
    #expect(outcome.status == 1 && outcome.errors.contains(message), "\(outcome.errors)")
    let before = try folder.text(of: "five.csv")
    for name in files { #expect((try? folder.text(of: name)) == before, "\(name)") }
  }

  @Test func nothingGivenIsDroppedWhenARunGoesOn() throws {
    let folder = try TemporaryFolder()
    let outcome = try Tool.run(
      "evolve", "data.csv", "--resume", "checkpoint.safetensors", "--output", "run", in: folder)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("data.csv is no place to go on from: leave it out"))
  }
}
