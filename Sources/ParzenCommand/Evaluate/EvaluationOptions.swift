import ArgumentParser
import Foundation
import Parzen
import ParzenEvaluation

/// The grid of random targets, dimensions and sizes that is measured.
struct GridOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The targets; see `parzen evaluate --help`.", valueName: "name"))
  var targets = ["gmm-rotated"]
  @Option(parsing: .upToNextOption, help: ArgumentHelp("The dimensions.", valueName: "d"))
  var dimensions = [1, 2, 3, 5, 10]
  @Option(parsing: .upToNextOption, help: ArgumentHelp("The numbers of samples.", valueName: "n"))
  var sizes = [64, 256, 1024, 4096]
  @OptionGroup var repetition: RepetitionOptions

  func validate() throws {
    try checkingUsage {
      for dimension in dimensions {
        try Limits.check("one of --dimensions", dimension, 1...Limits.dimensions)
      }
      for size in sizes { try Limits.check("one of --sizes", size, 1...Limits.numbers) }
      try Limits.checkProduct("the largest samples", [dimensions.max() ?? 1, sizes.max() ?? 1])
    }
    do {
      for name in targets { _ = try TargetFamily.families(name) }
    } catch {
      throw ValidationError(error.description)
    }
  }

  /// The evaluation of methods on the grid.
  func evaluation(_ methods: [EvaluationMethod], queries: Int = 512, threads: Int) throws -> Evaluation {
    Evaluation(
      targets: try targets.flatMap { name throws(ParzenError) in try TargetFamily.families(name) },
      dimensions: dimensions, sizes: sizes, methods: methods, contexts: repetition.contexts, queries: queries,
      seed: repetition.seed, threads: threads)
  }
}

/// How often, and with which random numbers.
struct RepetitionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The number of random targets behind every figure.", valueName: "n"))
  var contexts = 100
  @Option(help: ArgumentHelp("The seed of everything random.", valueName: "s"))
  var seed: UInt64 = 1

  func validate() throws {
    try checkingUsage { try Limits.check("--contexts", contexts, 1...Limits.repetitions) }
  }

  /// The first line of a report.
  var header: String { "\(counted(contexts, "target")) behind every figure, seed \(seed)" }
}

/// The methods that are measured.
struct MeasuredMethods: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The methods; see `parzen evaluate --help`. (default: mixture, kde and sd-kde; on real data mixture, "
        + "mixture-network, kde-cv, sd-kde and em)", valueName: "name"))
  var methods: [String] = []
  @OptionGroup var networkOptions: NetworkOptions

  func validate() throws {
    do {
      for name in methods { _ = try EvaluationMethod.named(name) }
    } catch {
      throw ValidationError(error.description)
    }
    if !methods.isEmpty, !methods.contains(where: { $0.hasPrefix(Estimator.mixtureTransformer.name) }) {
      try refuse(namesGiven(["--network": networkOptions.network != nil]), "for the mixture transformer")
    }
  }

  /// The methods, those with a network with the weights that are wanted.
  ///
  /// - Parameter usual: the names where none are given.
  func read(usual: [String] = ["mixture", "kde", "sd-kde"]) throws(ParzenError) -> [EvaluationMethod] {
    let network = try networkOptions.read()
    return try (methods.isEmpty ? usual : methods).map { name throws(ParzenError) in
      try EvaluationMethod.named(name, network: network)
    }
  }
}

/// The file for all figures.
struct FiguresFile: ParsableArguments {
  @Option(help: ArgumentHelp("Write all figures to this file.", valueName: "file"), completion: .file())
  var json: String?

  /// Throws unless the file can be written, and is none of those that are read.
  func check(inputs: [String?] = []) throws(ParzenError) {
    try AtomicFile.check(outputs: [json], inputs: inputs)
  }

  func write(_ figures: some Encodable) throws {
    guard let json else { return }
    try AtomicFile.write(Array(JSONEncoder.figures(.prettyPrinted).encode(figures)), path: json)
  }
}

/// Says after every cell what was measured there, and how long it took.
struct CellReport {
  private var stopwatch = Stopwatch()

  mutating func callAsFunction(_ cell: (some MeasuredCell)?) {
    guard let cell else { return }
    let name = "\(cell.target), d = \(cell.dimension), n = \(cell.size)"
    Console.note("\(name): \(stopwatch.lap(name)) s")
  }
}
