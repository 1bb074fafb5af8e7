import Foundation
import Parzen
import ParzenFiles
import Testing

@Suite struct SampleTests {
  private func folderWithSamples() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("a,b\n" + (0..<50).map { "\($0),\(sin(Double($0)))\n" }.joined(), to: "data.csv")
    return folder
  }

  @Test(arguments: ["mixture", "kde", "sd-kde"])
  func seedDecidesTheDraws(method: String) throws {
    let folder = try folderWithSamples()
    func draw(_ seed: String, _ name: String) throws -> Matrix {
      let outcome = try Tool.run(
        "sample", "data.csv", "--count", "70000", "--seed", seed, "--method", method, "--output", name,
        in: folder)
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("70000 samples with seed \(seed)"))
      return try Table(contentsOf: folder.url.appending(path: name)).values
    }
    let first = try draw("7", "first.npy")
    #expect(first.rows == 70_000)
    let (again, other) = (try draw("7", "again.npy"), try draw("8", "other.npy"))
    #expect(again == first)
    #expect(other != first)
    // The mean of the draws is that of the estimate, to within five standard errors: for kernels the samples'
    // own.
    let samples = try Table(contentsOf: folder.url.appending(path: "data.csv")).values
    let density = try MixtureTransformer(samples: samples).density
    let expected = method == "mixture" ? try density.marginal(of: [0]).mean : 24.5
    let mean = first[column: 0].reduce(0, +) / 70_000
    #expect(abs(mean - expected) < 5 * 17 / 70_000.0.squareRoot())
  }

  @Test(arguments: ["mixture", "em", "kde"])
  func firstDrawsDoNotDependOnTheirNumber(method: String) throws {
    let folder = try folderWithSamples()
    func draw(_ count: Int) throws -> Matrix {
      let outcome = try Tool.run(
        "sample", "data.csv", "--count", "\(count)", "--seed", "5", "--method", method, "--output",
        "\(count).npy", in: folder)
      #expect(outcome.status == 0)
      return try Table(contentsOf: folder.url.appending(path: "\(count).npy")).values
    }
    let many = try draw(3000)
    for count in [10, 1024, 1025] { #expect(try draw(count) == many.selectingRows(0..<count)) }
  }

  @Test func drawsGoToStandardOutputWithTheirNames() throws {
    let folder = try folderWithSamples()
    let outcome = try Tool.run("sample", "data.csv", "--count", "3", in: folder)
    #expect(outcome.status == 0)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[0] == "a,b")
    #expect(outcome.errors.contains("3 samples with seed "))
  }

  @Test(arguments: ["langevin", "metropolis-langevin"])
  func chainsAreDrawnAndDiagnosed(sampler: String) throws {
    let folder = try folderWithSamples()
    func draw(_ name: String) throws -> Tool.Outcome {
      try Tool.run(
        "sample", "data.csv", "--count", "1001", "--seed", "7", "--sampler", sampler, "--chains", "4",
        "--warm-up", "100", "--thinning", "3", "--output", name, in: folder)
    }
    let outcome = try draw("first.csv")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("chains   4, "), "\(outcome.output)")
    #expect(outcome.output.contains("split R-hat at most "))
    #expect(outcome.output.contains("effective sample size at least "))
    #expect(outcome.output.contains("of the proposals taken") == (sampler == "metropolis-langevin"))
    let draws = try Table(contentsOf: folder.url.appending(path: "first.csv"))
    #expect(draws.values.rows == 1001 && draws.columnNames == ["a", "b"])
    #expect(try draw("again.csv").status == 0)
    let (first, again) = (try folder.text(of: "first.csv"), try folder.text(of: "again.csv"))
    #expect(first == again)
  }

  @Test func moreChainsThanSamplesAreRefused() throws {
    let folder = try folderWithSamples()
    let outcome = try Tool.run(
      "sample", "data.csv", "--count", "9", "--sampler", "langevin", "--chains", "51", in: folder)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors
        == "Error: 51 chains need as many samples to start from, but there are 50: give fewer --chains\n")
  }
}
