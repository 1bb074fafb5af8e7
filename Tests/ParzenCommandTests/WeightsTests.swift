import Foundation
import Parzen
import ParzenFiles
import Testing

/// Weights files, good and bad.
@Suite struct WeightsTests {
  /// A folder with five samples in `data.csv` and the package's weights in `weights.safetensors`.
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("a,b\n1,2\n3,5\n4,1\n6,8\n7,3\n", to: "data.csv")
    try MixtureTransformerWeights.pretrained.write(to: folder.url.appending(path: "weights.safetensors"))
    return folder
  }

  @Test func fileGivesTheSameAsThePackage() throws {
    let folder = try folder()
    for options in [[], ["--network", "weights.safetensors"]] {
      let name = "out\(options.count).csv"
      #expect(try Tool.run(["estimate", "data.csv", "--output", name] + options, in: folder).status == 0)
    }
    let (shipped, given) = (try folder.text(of: "out0.csv"), try folder.text(of: "out2.csv"))
    #expect(shipped == given)
    let (info, infoOfFile) = (
      try Tool.run("info", in: folder).output, try Tool.run("info", "weights.safetensors", in: folder).output
    )
    #expect(info.hasPrefix(infoOfFile) && info != infoOfFile)  // which does not list the methods
    #expect(info.contains("mixture transformer"))
    #expect(info.contains("\(MixtureTransformerWeights.pretrained.parameters.count)"))
  }

  @Test(arguments: [
    "estimate data.csv --output out.csv --network", "info", "evaluate --json out.json --network",
  ])
  func unsuitableFileIsExplained(command: String) throws {
    let folder = try folder()
    let whole = [UInt8](try Data(contentsOf: folder.url.appending(path: "weights.safetensors")))
    try folder.write(Array(whole.prefix(whole.count / 2)), to: "half.safetensors")
    try folder.write([UInt8](repeating: 7, count: 100), to: "noise.safetensors")
    var other = try SafetensorsFile(contentsOf: folder.url.appending(path: "weights.safetensors"))
    other.metadata["architecture"] = "perceptron"
    try other.write(to: folder.url.appending(path: "other.safetensors"))
    let before = try folder.names
    for (name, message) in [
      ("half", "truncated"), ("noise", "not a safetensors file"), ("other", "holds weights of a perceptron"),
      ("missing", "no such file"),
    ] {
      let arguments = command.split(separator: " ").map(String.init) + ["\(name).safetensors"]
      let outcome = try Tool.run(arguments, in: folder)
      #expect(outcome.status == 1)
      #expect(outcome.errors.hasPrefix("Error: "), "\(outcome.errors)")
      #expect(outcome.errors.contains("\(name).safetensors: "), "\(outcome.errors)")
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
    let after = try folder.names
    #expect(after == before)
  }

  @Test func dimensionBeyondTrainingGivesAWarning() throws {
    let folder = try TemporaryFolder()
    var generator = Xoshiro256(seed: 1)
    let range = MixtureTransformerWeights.pretrained.record.dimensions
    let dimension = range.upperBound + 1
    let values = Matrix((0..<80).map { _ in (0..<dimension).map { _ in generator.nextNormal() } })
    try Table(values: values).write(to: folder.url.appending(path: "data.npy"))
    let outcome = try Tool.run("estimate", "data.npy", "--output", "out.npy", in: folder)
    #expect(outcome.status == 0)
    #expect(
      outcome.errors == """
        Warning: the weights were trained in \(range.lowerBound) to \(range.upperBound) dimensions, the \
        samples have \
        \(dimension): compare the estimate with a kernel density

        """)
  }
}
