import ArgumentParser
import Foundation
import Parzen
import ParzenEvaluation
import ParzenFiles
import ParzenPlots

/// Measurements of `parzen evaluate` with a protocol of their own.
struct PublishedTableOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      """
      Measure the tables 1 to 6 of the cross-attention transformer's paper (arXiv 2511.05924), with its figures \
      beside ours; of the other options, --contexts, --seed and --threads apply.
      """, valueName: "number"))
  var table: [Int] = []

  @Flag(
    help: """
      Measure the time that the methods take for n samples and n queries, with the exponent of its growth; the first \
      of --dimensions applies, --sizes, --threads, and --plots for the chart runtime.svg.
      """)
  var runtime = false

  func validate() throws {
    if let number = table.first(where: { !PublishedTable.numbers.contains($0) }) {
      throw ValidationError("--table is \(number): give numbers from 1 to 6")
    }
    guard table.isEmpty || !runtime else {
      throw ValidationError("--table and --runtime exclude each other: give one of them")
    }
  }
}

extension PublishedTableOptions {
  /// Measures and prints the tables.
  func printTables(_ plan: PublishedTable.Plan) throws(ParzenError) {
    for number in table {
      Console.print(try PublishedTable(number, plan).text + "\n")
    }
  }

  /// Measures and prints the times, and draws them into a folder.
  func printRuntime(
    _ methods: [EvaluationMethod], sizes: [Int], dimension: Int, seed: UInt64, plots: String?
  ) throws {
    let runtime = try Runtime(methods: methods, sizes: sizes.sorted(), dimension: dimension, seed: seed) {
      Console.note("\($0.method), n = \($0.size): \(short($0.seconds)) s")
    }
    Console.print(runtime.text)
    guard let plots else { return }
    let chart = LineChart(
      title: "Time against the number of samples",
      subtitle: "gmm-rotated, d = \(dimension): n samples fitted, n queries evaluated", xName: "samples n",
      yName: "seconds", xKind: .logarithmic, yKind: .logarithmic,
      series: runtime.methods.map { method in
        let exponent = runtime.exponent(of: method).map { String(format: " n^%.1f", $0) } ?? ""
        return LineChart.Series(
          name: method + exponent,
          values: runtime.points(of: method).map { .init(x: Double($0.size), y: $0.seconds) })
      })
    try AtomicFile.write(Array(chart.svg().utf8), path: "\(plots)/runtime.svg")
  }
}
