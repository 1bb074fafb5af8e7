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
  /// The files that are read.
  var inputs: [String?] { overlay }

  /// The densities to draw; nil if there is one.
  func layers(
    _ source: DensitySource, _ sampleOptions: SampleOptions, _ method: MethodOptions
  ) throws(ParzenError) -> [DensityPlot.Layer]? {
    guard let samples = source.samples else { return nil }
    if let groups = try groups(of: samples) { return try layers(groups, samples, method) }
    guard !overlay.isEmpty else { return nil }
    var layers = [
      DensityPlot.Layer(
        density: source.estimate.density, samples: samples.usable, name: sampleOptions.name)
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

  /// Samples by the column that divides them into groups.
  struct Groups {
    let column: String
    /// The column's values, and the samples that have each, in the order of the values.
    let members: [(name: String, rows: [Int])]
  }

  /// The groups of samples that were read with the column's texts; nil if none are wanted.
  ///
  /// - Throws: `ParzenError.invalidOption` if there is no such column, or it has too many values.
  func groups(of samples: Samples) throws(ParzenError) -> Groups? {
    guard let group else { return nil }
    let labels = try samples.texts(of: group, for: "--group")
    let rows = Dictionary(grouping: labels.indices) { labels[$0] }
    guard rows.count <= Self.mostLayers else {
      throw .invalidOption(
        """
        column \(group) has \(rows.count) different values: a picture shows at most \(Self.mostLayers) groups
        """)
    }
    return Groups(column: group, members: rows.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }

  /// A layer for every group.
  private func layers(
    _ groups: Groups, _ samples: Samples, _ method: MethodOptions
  ) throws(ParzenError) -> [DensityPlot.Layer] {
    try groups.members.map { (name, rows) throws(ParzenError) in
      let group = samples.selecting(rows)
      do {
        return DensityPlot.Layer(
          density: try method.fit(group).density, samples: group.usable, name: "\(groups.column) \(name)")
      } catch {
        throw .invalidOption("the group \(name) of column \(groups.column) has no density: \(error)")
      }
    }
  }
}
