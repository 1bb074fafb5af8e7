import Foundation
import Testing

/// No command writes over what it reads, by whatever option it reads it.
@Suite struct OutputPlaceTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let rows = (0..<40).map { "\(sin(Double($0) * 1.7)),\(cos(Double($0 * $0) * 0.3))\n" }.joined()
    for name in ["data.csv", "other.csv"] { try folder.write("a,b\n" + rows, to: name) }
    try folder.write("w\n" + String(repeating: "1\n2\n", count: 20), to: "weights.csv")
    try folder.write("b\n0\n", to: "given.csv")
    _ = try Tool.run("fit", "data.csv", "--method", "kde", "--save", "fit.json", in: folder)
  }

  @Test(arguments: [
    ("estimate --fit fit.json --grid 3 --output", "fit.json"),
    ("sample --fit fit.json --count 3 --output", "fit.json"),
    ("query --fit fit.json --output", "fit.json"),
    ("query --fit fit.json --given-file given.csv --output", "given.csv"),
    ("modes --fit fit.json --queries other.csv --output", "fit.json"),
    ("estimate data.csv --sample-weights weights.csv --output", "weights.csv"),
    ("sample data.csv --sample-weights weights.csv --count 3 --output", "weights.csv"),
    ("query data.csv --sample-weights weights.csv --output", "weights.csv"),
    ("outliers data.csv --sample-weights weights.csv --output", "weights.csv"),
    ("modes data.csv --sample-weights weights.csv --save", "weights.csv"),
    ("information data.csv --sample-weights weights.csv --json", "weights.csv"),
    ("fit data.csv --sample-weights weights.csv --save", "weights.csv"),
    ("estimate data.csv --overlay other.csv --plot p.svg --output", "other.csv"),
    ("estimate data.csv --queries other.csv --output", "other.csv"),
    ("outliers data.csv --train other.csv --output", "other.csv"),
    ("information data.csv --relative-to other.csv --json", "other.csv"),
    ("evaluate real . --methods kde --json", "./data.csv"),
  ])
  func inputsAreKept(command: String, input: String) throws {
    let before = try folder.text(of: input)
    let outcome = try Tool.run(command.split(separator: " ").map(String.init) + [input], in: folder)
    #expect(outcome.status == 1, "\(outcome.output)")
    #expect(outcome.errors.hasPrefix("Error: \(input): the input "), "\(outcome.errors)")
    #expect(outcome.errors.contains("is this file: give another name for the output"))
    #expect(try folder.text(of: input) == before)
  }
}
