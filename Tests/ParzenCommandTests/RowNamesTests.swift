import Foundation
import Parzen
import ParzenFiles
import Testing

/// Messages and reports call rows by their numbers in the file, whichever of them are left out.
@Suite struct RowNamesTests {
  /// 200 rows: some without a value or without weight, and far from all others the one of number 120; the
  /// least of the others is that of number 151.
  private static let rows: [(a: Double, b: Double?, weight: Int)] = {
    var generator = Xoshiro256(seed: 4)
    return (1...200).map { number in
      let (a, b) = (generator.nextNormal(), generator.nextNormal())
      switch number {
      case 120: return (90, 70, 1)
      case 151: return (-6, b, 1)
      case 10, 11, 57: return (a, nil, 1)
      case 30, 31, 32, 33: return (a, b, 0)
      default: return (a, b, 1 + number % 2)
      }
    }
  }()

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let lines = Self.rows.map { "\($0.a),\($0.b.map { "\($0)" } ?? ""),\($0.weight)" }
    try folder.write("a,b,w\n" + lines.joined(separator: "\n") + "\n", to: "data.csv")
    let numbers = Matrix(Self.rows.map { [$0.a, $0.b ?? .nan] })
    for (name, part) in [("1.npy", 0..<100), ("2.npy", 100..<200)] {
      try Table(values: numbers.selectingRows(part)).write(to: folder.url.appending(path: name))
    }
    return folder
  }

  @Test(arguments: [
    "estimate data.csv --drop w --drop-missing",
    "estimate data.csv --sample-weights w --drop-missing",
    "estimate data.csv --drop w --drop-missing --thin 2",
    "modes data.csv --drop w --drop-missing",
    "fit data.csv --drop w --drop-missing --save fit.json",
    "fit data.csv --drop w --drop-missing --memory 400M --save fit.json",
    "fit data.csv --sample-weights w --drop-missing --memory 400M --save fit.json",
  ])
  func samplesSetApartAreNamedByTheirRows(command: String) throws {
    let outcome = try Tool.run(command.split(separator: " ").map(String.init), in: try folder())
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect((outcome.output + outcome.errors).contains("set apart in 1 group: row 120\n"), "\(outcome)")
  }

  @Test func rowsOfSeveralFilesAreNamedWithTheFile() throws {
    let folder = try folder()
    let fit = "fit 1.npy 2.npy --drop-missing --save fit.json"
    let outcome = try Tool.run(fit.split(separator: " ").map(String.init), in: folder)
    #expect(outcome.output.contains("set apart in 1 group: row 20 of 2.npy\n"), "\(outcome)")
    let refused = try Tool.run(
      (fit + " --lower x1=-5").split(separator: " ").map(String.init), in: folder)
    #expect(refused.errors.contains("row 51 of 2.npy has -6.0 in column x1, outside"), "\(refused.errors)")
  }

  @Test(arguments: [
    "estimate data.csv", "outliers data.csv", "information data.csv",
    "sample data.csv --count 5", "query data.csv", "fit data.csv --save fit.json",
  ])
  func rowsOutsideBoundsAreNamed(command: String) throws {
    let options = " --drop w --drop-missing --lower a=-5"
    let outcome = try Tool.run(
      (command + options).split(separator: " ").map(String.init), in: try folder())
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.contains("data.csv: row 151 has -6.0 in column a, outside its bounds"),
      "\(outcome.errors)")
  }

  @Test func aSampleBesideTheEstimateOfTheOthersIsNamed() throws {
    let folder = try folder()
    let data = try String(contentsOf: folder.url.appending(path: "data.csv"), encoding: .utf8)
    try folder.write(data.replacing("90.0,70.0", with: "9e9,7e9"), to: "data.csv")
    let outcome = try Tool.run(
      ["information", "data.csv", "--drop", "w", "--drop-missing", "--replicates", "2"], in: folder)
    #expect(outcome.output.contains("no interval for the entropy: row 120 lies where"), "\(outcome)")
  }
}
