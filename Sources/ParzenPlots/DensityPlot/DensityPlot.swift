import ParzenCore
import ParzenPlatform

/// A picture of a density on R^d with the samples that it was estimated from.
///
/// * d = 1: the curve of the density with a rug of the samples, and the score below.
/// * d = 2: a heat map with contours, samples and score arrows.
/// * d > 2: a matrix of panels, the one-dimensional marginals on the diagonal and the two-dimensional ones
///   below it.
///
/// The axes show all samples, but reach no further beyond the 1 % and 99 % quantiles than half the distance
/// between these. Where there are many samples, an even choice of rows is drawn, and the subtitle says so.
package struct DensityPlot {
  let density: any Density
  let samples: Matrix
  let columnNames: [String]
  let title: String
  let subtitle: String
  /// Places to mark, of d coordinates each.
  package var marks: [Mark] = []
  /// Groups of the samples, one number for each: they are drawn in different colours.
  package var groups: [Int] = []

  /// A place with a short label.
  package struct Mark: Sendable {
    package var place: [Double]
    package var label: String

    package init(place: [Double], label: String) {
      self.place = place
      self.label = label
    }
  }

  /// A picture of a density and samples (n x d, n > 0).
  ///
  /// - Parameters:
  ///   - columnNames: one name for each of the d coordinates.
  ///   - title: what is shown, in bold above the picture.
  ///   - subtitle: more about it, below the title.
  package init(
    density: any Density, samples: Matrix, columnNames: [String], title: String, subtitle: String
  ) {
    precondition(samples.rows > 0, "a picture needs samples")
    precondition(samples.columns == density.dimension, "the samples have the density's dimension")
    precondition(columnNames.count == density.dimension, "every coordinate has a name")
    self.density = density
    self.samples = samples
    self.columnNames = columnNames
    self.title = title
    self.subtitle = subtitle
  }

  /// The picture as an SVG document of at most about 500 KB.
  ///
  /// - Throws: what the density's evaluation throws; `ParzenError.invalidOption` if d > 2 and the density is
  ///   not a `MarginalizableDensity`.
  package func svg() throws(ParzenError) -> String {
    switch density.dimension {
    case 1: try curve()
    case 2: try heatMap()
    default: try marginalMatrix()
    }
  }

  /// The scale of a coordinate.
  func scale(of column: Int) -> AxisScale {
    let sorted = samples[column: column].sorted()
    let low = sorted[Int(0.01 * Double(sorted.count - 1))]
    let high = sorted[sorted.count - 1 - Int(0.01 * Double(sorted.count - 1))]
    let reach = high / 2 - low / 2
    let shown = [max(sorted[0], low - reach), min(sorted[sorted.count - 1], high + reach)]
    return AxisScale(showing: shown, margin: 0.18)
  }

  /// The rows of at most `limit` samples, evenly spaced in the order given.
  func drawnRows(limit: Int) -> [Int] {
    let stride = max(1, (samples.rows + limit - 1) / limit)
    return Array(Swift.stride(from: 0, to: samples.rows, by: stride))
  }

  /// Draws the title and the subtitle, with what it says about thinned samples.
  func drawTitle(in document: inout SVGDocument, drawn: Int, note: String = "") {
    document.text(fitted(title, width: 720, size: 16), at: Point(x: 20, y: 28), size: 16, bold: true)
    let thinning = drawn < samples.rows ? "\(drawn) of \(samples.rows) samples drawn" : ""
    let parts = [subtitle, note, thinning].filter { !$0.isEmpty }
    document.text(parts.joined(separator: " · "), at: Point(x: 20, y: 47), color: .gray)
  }
}

/// Densities as numbers of ordinary size for drawing.
///
/// Densities of data in very small or large units overflow or underflow a Double; they are then drawn as
/// parts of the peak.
struct DrawnDensities {
  let values: [Double]
  /// What the values are.
  let name: String

  init(logDensity: [Double], name: String = "density") {
    let peak = logDensity.max() ?? 0
    let isOrdinary = exp(peak).isNormal
    values = logDensity.map { exp(isOrdinary ? $0 : $0 - peak) }
    self.name = isOrdinary ? name : "\(name) / its peak"
  }
}
