import ArgumentParser
import Foundation
import Parzen
import ParzenFiles
import ParzenPlots

/// Whether and where a density is drawn.
struct PlotOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Draw the density to this .svg file: a curve, a heat map, or a matrix of marginals.",
      valueName: "file.svg"),
    completion: .file(extensions: ["svg"]))
  var plot: String?

  func validate() throws {
    if let plot, !plot.lowercased().hasSuffix(".svg") {
      throw ValidationError("\(plot): the name of the picture must end in .svg")
    }
  }
}

extension PlotOptions {
  /// The picture of a density with its samples as an SVG document; nil if none is wanted.
  ///
  /// - Parameters:
  ///   - marks: places to mark.
  ///   - groups: the samples' groups, for their colours; none if empty.
  func picture(
    of estimate: FittedDensity, _ samples: Table, title: String, marks: [DensityPlot.Mark] = [],
    groups: [Int] = []
  ) throws(ParzenError) -> String? {
    guard plot != nil else { return nil }
    var picture = DensityPlot(
      density: estimate.density, samples: samples.values, columnNames: samples.columnNames, title: title,
      subtitle: "\(estimate.name) from \(counted(samples.values.rows, "sample"))")
    picture.marks = marks
    picture.groups = groups
    return try picture.svg()
  }
}
