import ParzenCore
import ParzenEstimators

/// A table of Ilin & Sushko (arXiv 2511.05924) with our figures beside the published ones.
///
/// The paper's random targets are not published, so that only figures relative to the kernel density estimate
/// can be compared between its columns and ours, except for the fixed targets of tables 3 and 4.
package struct PublishedTable: Sendable, Equatable, Codable {
  /// The number in the paper.
  package let number: Int
  package let title: String
  /// The first row is the header.
  package let rows: [[String]]

  /// What is needed to measure a table.
  package struct Plan: Sendable {
    /// Random targets, or sample sets of a fixed target, behind every figure.
    package var contexts: Int
    package var seed: UInt64
    package var threads: Int
    /// Those of the mixture transformer; nil for the package's own.
    package var network: MixtureTransformerWeights?

    package init(
      contexts: Int = 40, seed: UInt64 = 1, threads: Int, network: MixtureTransformerWeights? = nil
    ) {
      self.contexts = contexts
      self.seed = seed
      self.threads = threads
      self.network = network
    }
  }

  /// The tables' numbers.
  package static let numbers = 1...6

  /// Measures a table.
  ///
  /// - Throws: `ParzenError.invalidOption` for a number that is none of `numbers`.
  package init(_ number: Int, _ plan: Plan) throws(ParzenError) {
    switch number {
    case 1: self = try Self.symmetry(plan)
    case 2: self = try Self.largeSamples(plan)
    case 3: self = try Self.laplace(plan)
    case 4: self = try Self.studentT(plan)
    case 5: self = try Self.hundredDimensions(plan)
    case 6: self = try Self.whitening(plan)
    default:
      throw .invalidOption("there is no table \(number): give one from 1 to 6")
    }
  }

  init(number: Int, title: String, rows: [[String]]) {
    self.number = number
    self.title = title
    self.rows = rows
  }

  /// The table with its columns aligned.
  package var text: String { (["Table \(number). \(title)"] + aligned(rows)).joined(separator: "\n") }
}

extension PublishedTable.Plan {
  /// The cells of one target family, dimension and sample size, one for each method.
  func cells(
    _ target: String, dimension: Int, size: Int, _ methods: [EvaluationMethod],
    queriesAreSamples: Bool = false
  ) throws(ParzenError) -> [EvaluationCell] {
    var evaluation = Evaluation(
      targets: [try TargetFamily.named(target)], dimensions: [dimension], sizes: [size], methods: methods,
      contexts: contexts, seed: seed, threads: threads)
    evaluation.queriesAreSamples = queriesAreSamples
    return evaluation.run()
  }

  /// Methods by their names.
  func methods(_ names: [String]) throws(ParzenError) -> [EvaluationMethod] {
    var methods: [EvaluationMethod] = []
    for name in names { methods.append(try .named(name, network: network)) }
    return methods
  }
}
