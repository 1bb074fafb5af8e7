import ArgumentParser
import Foundation
import Parzen

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a saved fit: how it was made, and its components.")

  @Argument(help: "A file that `parzen fit --save` wrote.", completion: .file(extensions: ["json"]))
  var file: String

  /// The most components that are shown.
  private static let mostComponents = 20

  func run() throws {
    let fit = try SavedFit(contentsOf: URL(filePath: file))
    var report = Report()
    report.add("columns", fit.columnNames.joined(separator: ", "))
    if let origin = fit.origin {
      report.add("method", "\(origin.method), \(origin.details)")
      report.add("samples", "\(origin.samples)\(origin.weightNote) from \(origin.file)")
      for (index, name) in fit.columnNames.enumerated() {
        let ends = (origin.minimum[index], origin.maximum[index])
        report.add("", "\(name) from \(short(min(ends.0, ends.1)...max(ends.0, ends.1)))")
      }
    }
    if case .transformed(let saved) = fit.content {
      let mapped = zip(fit.columnNames, saved.columns).filter { $1 != .identity }
      for (index, (name, column)) in mapped.enumerated() {
        report.add(index == 0 ? "transformed" : "", "\(name) \(column)")
      }
    }
    report.write(toStandardError: false)
    let mixture: GaussianMixture
    switch fit.content {
    case .mixture(let saved): mixture = saved
    case .transformed(let saved): mixture = saved.mixture
    case .recipe: return
    }
    let order = mixture.weights.indices.sorted { mixture.weights[$0] > mixture.weights[$1] }
    let names = fit.columnNames
    let header = ["weight"] + names.map { "mean of \($0)" } + names.map { "deviation of \($0)" }
    let rows = order.prefix(Self.mostComponents).map { k in
      let covariance = mixture.covariance(of: k)
      let deviations = names.indices.map { covariance[$0, $0].squareRoot() }
      return [short(mixture.weights[k])]
        + zip(mixture.means[row: k], deviations).map { short($0, spread: 10 * $1) } + deviations.map(short)
    }
    Console.print("\n" + textTable([header] + rows))
    let more = mixture.componentCount - rows.count
    if more > 0 { Console.print("... and \(counted(more, "more component"))") }
  }
}
