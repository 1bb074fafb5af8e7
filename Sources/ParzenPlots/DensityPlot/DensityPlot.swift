import ParzenCore
import ParzenPlatform

/// A picture of a density on R^d with the samples that it was estimated from, or of several in one picture.
///
/// * d = 1: the curve of the density over bands of its highest-density regions, with a rug of the samples,
///   and the score below.
/// * d = 2: a heat map with contours, samples and score arrows.
/// * d > 2: a matrix of panels, one-dimensional densities on the diagonal and the two-dimensional marginals
///   below it.
///
/// Several densities are drawn as lines and contours in their colours, with a legend. The axes show all
/// samples, but reach no further beyond the 1 % and 99 % quantiles than half the distance between these.
/// Where there are many samples, an even choice of rows is drawn, and the subtitle says so. The page grows
/// with its texts, so that none is cut off.
package struct DensityPlot {
  /// A density with its samples.
  package struct Layer: Sendable {
    package var density: any Density
    /// n x d, n > 0.
    package var samples: Matrix
    /// What the legend calls it.
    package var name: String
    /// Densities of the single coordinates for the diagonal of a matrix; the marginals of `density` where
    /// there are none.
    package var ownMarginals: [any Density] = []

    package init(density: any Density, samples: Matrix, name: String = "", ownMarginals: [any Density] = []) {
      self.density = density
      self.samples = samples
      self.name = name
      self.ownMarginals = ownMarginals
    }
  }

  /// A place with a short label.
  package struct Mark: Sendable {
    package var place: [Double]
    package var label: String

    package init(place: [Double], label: String) {
      self.place = place
      self.label = label
    }
  }

  /// How the axes and the page look.
  package struct Appearance: Sendable {
    /// By coordinate, the interval that its axis shows; nil for that of the samples.
    package var limits: [Int: ClosedRange<Double>] = [:]
    /// The coordinates with logarithmic axes.
    package var logarithmic: Set<Int> = []
    /// The size of the page in pixels; nil for one that suits the picture.
    package var size: (width: Double, height: Double)?

    package init() {}
  }

  package var layers: [Layer]
  let columnNames: [String]
  let title: String
  let subtitle: String
  /// Places to mark, of d coordinates each.
  package var marks: [Mark] = []
  /// Groups of the first layer's samples, one number for each: they are drawn in different colours.
  package var groups: [Int] = []
  /// What the legend calls the groups.
  package var groupNames: [String] = []
  package var appearance = Appearance()

  /// The first, or only, density.
  var density: any Density { layers[0].density }
  /// Its samples.
  var samples: Matrix { layers[0].samples }

  /// A picture of densities and their samples (n x d, n > 0).
  ///
  /// - Parameters:
  ///   - layers: at least one, all of one dimension.
  ///   - columnNames: one name for each of the d coordinates.
  ///   - title: what is shown, in bold above the picture.
  ///   - subtitle: more about it, below the title.
  package init(layers: [Layer], columnNames: [String], title: String, subtitle: String) {
    precondition(!layers.isEmpty, "a picture shows at least one density")
    for layer in layers {
      precondition(layer.samples.rows > 0, "a picture needs samples")
      precondition(
        layer.samples.columns == layer.density.dimension, "the samples have the density's dimension")
      precondition(columnNames.count == layer.density.dimension, "every coordinate has a name")
    }
    self.layers = layers
    self.columnNames = columnNames
    self.title = title
    self.subtitle = subtitle
  }

  /// The picture as an SVG document of at most about 500 KB.
  ///
  /// - Throws: what the density's evaluation throws; `ParzenError.invalidOption` if d > 2 and the density
  ///   is not a `MarginalizableDensity`, or an axis cannot be logarithmic.
  package func svg() throws(ParzenError) -> String {
    for column in appearance.logarithmic.sorted() {
      let isPositive =
        appearance.limits[column].map { $0.lowerBound > 0 }
        ?? layers.allSatisfy { layer in
          layer.samples[column: column].contains { $0 > 0 }
        }
      guard isPositive else {
        throw .invalidOption(
          "the axis of \(columnNames[column]) cannot be logarithmic: it shows no positive values")
      }
    }
    return switch density.dimension {
    case 1: try curve()
    case 2: try heatMap()
    default: try marginalMatrix()
    }
  }

  /// The scale of a coordinate, for all layers.
  func scale(of column: Int) -> AxisScale {
    let kind = appearance.logarithmic.contains(column) ? AxisKind.logarithmic : .linear
    if let limits = appearance.limits[column] { return AxisScale(kind, domain: limits) }
    let shown = layers.flatMap { layer -> [Double] in
      let values = layer.samples[column: column]
      let sorted = (kind == .linear ? values : values.filter { $0 > 0 }.map { log($0) }).sorted()
      guard !sorted.isEmpty else { return [] }
      let low = sorted[Int(0.01 * Double(sorted.count - 1))]
      let high = sorted[sorted.count - 1 - Int(0.01 * Double(sorted.count - 1))]
      let reach = high / 2 - low / 2
      let ends = [max(sorted[0], low - reach), min(sorted[sorted.count - 1], high + reach)]
      return kind == .linear ? ends : ends.map { exp($0) }
    }
    return AxisScale(kind, showing: shown, margin: 0.18)
  }

  /// The rows of at most `limit` of a layer's samples, evenly spaced in the order given.
  func drawnRows(limit: Int, of layer: Int = 0) -> [Int] {
    let count = layers[layer].samples.rows
    let stride = max(1, (count + limit - 1) / limit)
    return Array(Swift.stride(from: 0, to: count, by: stride))
  }

  /// The title, the subtitle with what it says about thinned samples, and the legend.
  func header(drawn: Int, note: String = "", width: Double) -> PageHeader {
    let thinning = drawn < samples.rows ? "\(drawn) of \(samples.rows) samples drawn" : ""
    let parts = [subtitle, note, thinning].filter { !$0.isEmpty }
    var legend: [PageHeader.Entry] = []
    if layers.count > 1 {
      legend = layers.enumerated().map { PageHeader.Entry(name: $1.name, color: color(ofLayer: $0)) }
    } else if !groups.isEmpty {
      legend = Set(groups).sorted().map { group in
        let name = group < groupNames.count ? groupNames[group] : "group \(group + 1)"
        return PageHeader.Entry(name: name, color: Self.color(ofGroup: group))
      }
    }
    return PageHeader(title: title, subtitle: parts.joined(separator: " · "), legend: legend, width: width)
  }

  /// The colour of a layer: the first is blue, as a single one is.
  func color(ofLayer index: Int) -> Color { Color.categories[index % Color.categories.count] }

  /// The colour of a group of samples; those of the map and of the arrows come last.
  static func color(ofGroup group: Int) -> Color { Color.categories[(group + 2) % Color.categories.count] }
}

/// Densities as numbers of ordinary size for drawing.
///
/// Densities of data in very small or large units overflow or underflow a Double; they are then drawn as
/// parts of the peak.
struct DrawnDensities {
  let values: [Double]
  /// What the values are.
  let name: String

  /// - Parameter peak: the highest log density of all that are drawn with the same scale.
  init(logDensity: [Double], name: String = "density", peak: Double? = nil) {
    let peak = peak ?? logDensity.max() ?? 0
    let isOrdinary = exp(peak).isNormal
    values = logDensity.map { exp(isOrdinary ? $0 : $0 - peak) }
    self.name = isOrdinary ? name : "\(name) / its peak"
  }
}
