import ArgumentParser
import Foundation
import Parzen
import ParzenFiles
import ParzenPlots

/// Whether, where and how a density is drawn.
struct PlotOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Draw the density to this .svg, .png or .pdf file: a curve, a heat map, or a matrix of marginals.",
      valueName: "file"),
    completion: .file(extensions: ["svg", "png", "pdf"]))
  var plot: String?

  @Option(help: ArgumentHelp("The picture's title.", valueName: "text"))
  var title: String?

  @Option(
    help: ArgumentHelp(
      "What an axis is called, with its unit: a column and the text. Repeat for more.",
      valueName: "column=text"))
  var label: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("What an axis shows. Repeat for more.", valueName: "column=low:high"))
  var limits: [String] = []

  @Option(help: ArgumentHelp("Columns with logarithmic axes, separated by commas.", valueName: "columns"))
  var logAxes: String?

  @Option(help: ArgumentHelp("Show these columns alone, separated by commas.", valueName: "columns"))
  var plotColumns: String?

  @Option(help: ArgumentHelp("The picture's size in pixels.", valueName: "width x height"))
  var plotSize: String?

  func validate() throws {
    let given = [
      title.map { _ in "--title" }, label.isEmpty ? nil : "--label", limits.isEmpty ? nil : "--limits",
      logAxes.map { _ in "--log-axes" }, plotColumns.map { _ in "--plot-columns" },
      plotSize.map { _ in "--plot-size" },
    ].compactMap(\.self)
    guard let plot else {
      if let first = given.first { throw ValidationError("\(first) is for a picture: add --plot FILE") }
      return
    }
    do { _ = try PictureFile(path: plot) } catch { throw ValidationError("\(error)") }
    if let plotSize, Self.size(plotSize) == nil {
      throw ValidationError(
        "--plot-size is \(plotSize): give two numbers from 200 to 10000, for example 800x600")
    }
  }

  /// A width and a height.
  private static func size(_ text: String) -> (width: Double, height: Double)? {
    let parts = text.lowercased().split(separator: "x").map {
      Double($0.trimmingCharacters(in: .whitespaces))
    }
    guard parts.count == 2, let width = parts[0], let height = parts[1], (200...10000).contains(width),
      (200...10000).contains(height)
    else { return nil }
    return (width, height)
  }
}

extension PlotOptions {
  /// Finds out, before any long work, whether the file can be written.
  func checkDestination() throws(ParzenError) {
    if let plot { try PictureFile(path: plot).check() }
  }

  /// Draws a density with its samples; nothing if no picture is wanted.
  ///
  /// - Parameters:
  ///   - title: unless another is given.
  ///   - marks: places to mark.
  ///   - groups: the samples' groups, for their colours; none if empty.
  ///   - groupNames: what the legend calls them.
  ///   - fit: the method, for the single columns on the diagonal of a matrix; their marginals are drawn
  ///     without it.
  func draw(
    _ estimate: Estimate, _ samples: Table, title: String, marks: [DensityPlot.Mark] = [],
    groups: [Int] = [], groupNames: [String] = [], fit: ((Matrix) throws(ParzenError) -> any Density)? = nil
  ) throws(ParzenError) {
    let layer = DensityPlot.Layer(density: estimate.density, samples: samples.values)
    try draw(
      [layer], columnNames: samples.columnNames, title: title,
      subtitle: "\(estimate.title) from \(counted(samples.values.rows, "sample"))", marks: marks,
      groups: groups,
      groupNames: groupNames, fit: fit)
  }

  /// Draws several densities in one picture.
  func draw(
    _ layers: [DensityPlot.Layer], columnNames: [String], title: String, subtitle: String,
    marks: [DensityPlot.Mark] = [], groups: [Int] = [], groupNames: [String] = [],
    fit: ((Matrix) throws(ParzenError) -> any Density)? = nil
  ) throws(ParzenError) {
    guard let plot else { return }
    let file = try PictureFile(path: plot)
    let shown = try plotColumns.map { (text) throws(ParzenError) in
      try ColumnList.columns(text, of: columnNames, as: "--plot-columns")
    }
    var (layers, names, marks) = (layers, columnNames, marks)
    if let shown {
      layers = try layers.map { (layer) throws(ParzenError) in
        guard let density = layer.density as? any MarginalizableDensity else {
          throw .invalidOption(
            "--plot-columns needs the density's marginals, which this method does not have")
        }
        return DensityPlot.Layer(
          density: density.marginal(of: shown),
          samples: Matrix((0..<layer.samples.rows).map { row in shown.map { layer.samples[row, $0] } }),
          name: layer.name)
      }
      marks = marks.map { mark in
        DensityPlot.Mark(place: shown.map { mark.place[$0] }, label: mark.label)
      }
      names = shown.map { columnNames[$0] }
    }
    if let fit, names.count > 2 {
      for index in layers.indices {
        let samples = layers[index].samples
        layers[index].ownMarginals = try names.indices.prefix(8).map { (column) throws(ParzenError) in
          try fit(Matrix(rows: samples.rows, columns: 1, elements: samples[column: column]))
        }
      }
    }
    var picture = DensityPlot(
      layers: layers, columnNames: try labelled(names), title: self.title ?? title, subtitle: subtitle)
    picture.marks = marks
    picture.groups = groups
    picture.groupNames = groupNames
    picture.appearance = try appearance(names)
    for column in picture.appearance.logarithmic.sorted() {
      let values = layers.flatMap { $0.samples[column: column] }
      let missing = values.count { $0 <= 0 }
      guard missing > 0, missing < values.count else { continue }
      warn(
        "\(missing) of \(counted(values.count, "sample")) are not drawn: the axis of \(names[column]) is"
          + " logarithmic, and they are not positive")
    }
    try file.write(try picture.svg())
  }

  private func appearance(_ names: [String]) throws(ParzenError) -> DensityPlot.Appearance {
    var appearance = DensityPlot.Appearance()
    appearance.size = plotSize.flatMap(Self.size)
    if let logAxes {
      appearance.logarithmic = Set(try ColumnList.columns(logAxes, of: names, as: "--log-axes"))
    }
    for text in limits {
      let (column, value) = try assignment(text, "--limits", names)
      let ends = value.split(separator: ":").map { Double($0) }
      guard ends.count == 2, let low = ends[0], let high = ends[1], low < high, (high - low).isFinite,
        low > 0 || !appearance.logarithmic.contains(column)
      else {
        throw .invalidOption("--limits is \(text): give a column with a lower and a higher end, as a=0:5")
      }
      appearance.limits[column] = low...high
    }
    return appearance
  }

  private func labelled(_ names: [String]) throws(ParzenError) -> [String] {
    var labels = names
    for text in label {
      let (column, value) = try assignment(text, "--label", names)
      labels[column] = value
    }
    return labels
  }

  private func assignment(
    _ text: String, _ option: String, _ names: [String]
  ) throws(ParzenError) -> (column: Int, value: String) {
    guard let sign = text.lastIndex(of: "=") else {
      throw .invalidOption("\(option) is \(text): give a column, = and its value")
    }
    return (try ColumnList.column(String(text[..<sign]), of: names), String(text[text.index(after: sign)...]))
  }
}
