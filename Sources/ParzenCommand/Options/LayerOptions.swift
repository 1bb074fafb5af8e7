import ArgumentParser
import Foundation
import Parzen
import ParzenFiles
import ParzenPlots

/// Several densities in one picture: of the groups of one table, or of several tables.
struct LayerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      In the picture, estimate and draw a density for each text or number in this column, which is no \
      dimension.
      """,
      valueName: "column"))
  var group: String?

  @Option(
    help: ArgumentHelp(
      "In the picture, draw the density of this file's samples, too. Repeat for more.", valueName: "file"),
    completion: .file())
  var overlay: [String] = []

  /// The most densities in a picture.
  private static let mostLayers = 7

  /// Throws if the options do not fit the others.
  func check(_ plot: PlotOptions, _ samples: SampleOptions) throws {
    guard group != nil || !overlay.isEmpty else { return }
    let name = group != nil ? "--group" : "--overlay"
    guard plot.plot != nil else { throw ValidationError("\(name) is for a picture: add --plot FILE") }
    guard group == nil || overlay.isEmpty else {
      throw ValidationError("--group and --overlay exclude each other: give one of them")
    }
    guard samples.samples != nil else {
      throw ValidationError("\(name) needs samples: name them in place of --fit")
    }
    guard overlay.count < Self.mostLayers else {
      throw ValidationError(
        "--overlay names \(overlay.count) files: a picture shows at most \(Self.mostLayers) densities")
    }
  }
}

extension LayerOptions {
  /// The densities to draw; nil if there is one.
  func layers(
    _ source: DensitySource, _ sampleOptions: SampleOptions, _ method: MethodOptions
  ) throws(ParzenError) -> [DensityPlot.Layer]? {
    if let group { return try groups(group, sampleOptions, method) }
    guard !overlay.isEmpty, let samples = source.samples else { return nil }
    var layers = [
      DensityPlot.Layer(
        density: source.estimate.density, samples: samples.table.values, name: sampleOptions.name)
    ]
    for path in overlay {
      var report = Report()
      let others = try sampleOptions.readOthers(path, as: "samples", like: samples, &report)
      layers.append(
        DensityPlot.Layer(
          density: try method.fit(others).density, samples: others.usable,
          name: URL(filePath: path).lastPathComponent))
    }
    return layers
  }

  /// A layer for every value of a column, in the order of their names.
  private func groups(
    _ column: String, _ sampleOptions: SampleOptions, _ method: MethodOptions
  ) throws(ParzenError) -> [DensityPlot.Layer] {
    var options = sampleOptions
    options.reading.drop.append(column)
    var report = Report()
    let samples = try options.read(&report, keepsOtherColumns: true)
    guard
      let labels = samples.otherColumns.first(where: { $0.name.lowercased() == column.lowercased() })?.texts
    else {
      throw .invalidOption("--group is \(column): name the column as the file's header does")
    }
    let names = Set(labels).sorted()
    guard names.count <= Self.mostLayers else {
      throw .invalidOption(
        """
        column \(column) has \(names.count) different values: a picture shows at most \(Self.mostLayers) \
        groups
        """
      )
    }
    return try names.map { (name) throws(ParzenError) in
      let group = samples.selecting(labels.indices.filter { labels[$0] == name })
      do {
        return DensityPlot.Layer(
          density: try method.fit(group).density, samples: group.usable,
          name: "\(column) \(name)")
      } catch {
        throw .invalidOption("the group \(name) of column \(column) has no density: \(error)")
      }
    }
  }
}
