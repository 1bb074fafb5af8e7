import ArgumentParser
import Foundation
import Parzen
import ParzenFiles
import ParzenPlots

struct AttentionCommand: ThreadedCommand {
  static let configuration = CommandConfiguration(
    commandName: "attention",
    abstract: "Show how much each sample counts for the estimate at a point.",
    discussion: """
      For the cross-attention transformer: the attention weights of every layer and head. For the mixture \
      transformer: the responsibilities that the point shares with the samples. Beside each stands the \
      Gaussian kernel whose weights correlate best with them; its bandwidth is in whitened coordinates.
      """)

  @OptionGroup var sampleOptions: SampleOptions
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The point: its coordinates, separated by commas.", valueName: "y1,..,yd"),
    transform: coordinates)
  var query: [Double]
  @Option(help: "The method: cross-attention, or mixture.")
  var method = Method.crossAttention
  @OptionGroup var networkOptions: NetworkOptions
  @OptionGroup var threadOptions: ThreadOptions
  @Option(
    help: ArgumentHelp("Draw the weights to this .svg file, heads in a grid.", valueName: "file.svg"),
    completion: .file(extensions: ["svg"]))
  var plot: String?

  /// The methods that have weights to show.
  enum Method: String, CaseIterable, ExpressibleByArgument {
    case crossAttention = "cross-attention"
    case mixture
  }

  func validate() throws {
    try refuse(sampleOptions.givenWeights, "not for attention, which is between samples of equal weight")
    if let plot, !plot.lowercased().hasSuffix(".svg") {
      throw ValidationError("\(plot): the name of the picture must end in .svg")
    }
  }

  func run() throws {
    try AtomicFile.check(outputs: [plot], inputs: sampleOptions.inputs + networkOptions.inputs)
    var report = Report()
    let samples = try sampleOptions.read(&report)
    let d = samples.usable.columns
    guard query.count == d else {
      throw ParzenError.invalidOption(
        """
        --query has \(counted(query.count, "coordinate")), the samples have \(counted(d, "column")): give \
        one for each
        """
      )
    }
    Progress.begin("reading the network's attention")
    let (estimator, weightings) = try fit(samples.usable)
    let estimate = try estimator.evaluate(at: Matrix(rows: 1, columns: d, elements: query))
    guard weightings.allSatisfy(\.effectiveSamples.isFinite) else {
      throw ParzenError.invalidOption(
        "--query is so far from the samples that no weights can be computed there: give a nearer point")
    }
    report.add("query", shortList(query.map(short)))
    report.add("log density", short(estimate.logDensity[0]))
    report.add("score", shortList(estimate.score.elements.map(short)))
    report.write(toStandardError: false)
    Console.print("\n" + table(weightings))
    if let plot { try AtomicFile.write(Array(picture(samples, weightings).utf8), path: plot) }
  }

  /// The estimate, and how much each sample counts at the query.
  private func fit(
    _ samples: Matrix
  ) throws(ParzenError) -> (estimator: any Density, weightings: [SampleWeighting]) {
    switch method {
    case .crossAttention:
      let network = try networkOptions.readCrossAttention(forDimension: samples.columns)
      let estimator = try CrossAttentionTransformer(
        samples: samples, network: network, threads: threadOptions.count)
      return (estimator, try estimator.weightings(at: query))
    case .mixture:
      let network = try networkOptions.readOrPretrained()
      let estimator = try MixtureTransformer(samples: samples, network: network, threads: threadOptions.count)
      return (estimator, try estimator.weightings(of: samples, at: query))
    }
  }

  private func table(_ weightings: [SampleWeighting]) -> String {
    let header = ["weights", "samples that count", "best bandwidth", "correlation"]
    let rows = weightings.map {
      [
        $0.name, String(format: "%.1f", $0.effectiveSamples), short($0.bandwidth),
        String(format: "%.3f", $0.correlation),
      ]
    }
    return textTable([header] + rows)
  }

  /// Heads in rows of one layer each, then the kernel of the one that is most like a kernel.
  private func picture(_ samples: Samples, _ weightings: [SampleWeighting]) -> String {
    var panels = weightings.map {
      SampleWeightPlot.Weights(
        title: "\($0.name), r = \(String(format: "%.2f", $0.correlation))", values: $0.weights)
    }
    if let best = weightings.max(by: { $0.correlation < $1.correlation }) {
      panels.append(.init(title: "kernel of h = \(short(best.bandwidth))", values: best.kernelWeights))
    }
    let heads = weightings.prefix { $0.name.hasPrefix("layer 1,") }.count
    return SampleWeightPlot(
      samples: samples.usable, query: query, panels: panels, columns: max(2, heads),
      title: "Weights of \(sampleOptions.name) at one point",
      subtitle: "\(method.rawValue); the cross is the point, r the correlation with the best kernel"
    ).svg()
  }
}

/// Numbers separated by commas.
private func coordinates(_ argument: String) throws -> [Double] {
  try argument.split(separator: ",", omittingEmptySubsequences: false).map { text in
    guard let value = Double(text.trimmingCharacters(in: .whitespaces)), value.isFinite else {
      throw ValidationError("give finite numbers separated by commas, one for each column")
    }
    return value
  }
}
