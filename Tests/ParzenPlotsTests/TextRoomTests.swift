import Foundation
import ParzenCore
import Testing

@testable import ParzenPlots

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// No text of a picture is cut off or meets another text, a panel, a line or another mark, however long it
/// is: the boxes of all texts and shapes are measured.
///
/// Within a panel labels stand on the data, where they must not be cut off by the panel's edge.
@Suite struct TextRoomTests {
  /// A text of a document with the rectangle that it fills.
  private struct Box {
    var text: String
    var frame: Rectangle
    /// The panel that it is drawn in; nil outside of all.
    var panel: Rectangle?

    func overlaps(_ other: Rectangle) -> Bool {
      // Half a pixel of rounding on each side.
      Rectangle(around: frame.center, width: frame.width - 1, height: frame.height - 1).overlaps(other)
    }
  }

  /// Reads the texts and shapes of a document and its size.
  private final class Reader: NSObject, XMLParserDelegate {
    var page = Rectangle(x: 0, y: 0, width: 0, height: 0)
    var boxes: [Box] = []
    /// The rectangles that shapes fill; lines by their parts, and within panels what these let through.
    var shapes: [Rectangle] = []
    private var attributes: [String: String]?
    private var content = ""
    private var clips: [String: Rectangle] = [:]
    private var clip: String?
    private var panel: Rectangle?

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      if name == "svg" {
        page.width = Double(attributes["width"]!)!
        page.height = Double(attributes["height"]!)!
      }
      func number(_ key: String) -> Double { Double(attributes[key]!)! }
      switch name {
      case "text":
        self.attributes = attributes
        content = ""
      case "clipPath": clip = attributes["id"]!
      case "g": panel = clips[String(attributes["clip-path"]!.dropFirst(5).dropLast())]!
      case "rect", "image":
        let frame = Rectangle(
          x: number("x"), y: number("y"), width: number("width"), height: number("height"))
        if let clip { clips[clip] = frame } else if frame != page { add(frame) }
      case "path": segments(attributes["d"]!).forEach(add)
      default: break
      }
    }

    /// The boxes of the lines between the points of a path.
    private func segments(_ data: String) -> [Rectangle] {
      data.split(separator: "M").flatMap { line -> [Rectangle] in
        let points = line.prefix { $0 != "h" && $0 != "Z" }.split(separator: "L").map { point in
          point.split(separator: " ").map { Double($0)! }
        }
        return zip(points, points.dropFirst() + [points[points.count - 1]]).map { a, b in
          Rectangle(
            x: min(a[0], b[0]), y: min(a[1], b[1]), width: abs(a[0] - b[0]), height: abs(a[1] - b[1]))
        }
      }
    }

    private func add(_ shape: Rectangle) {
      guard let panel else { return shapes.append(shape) }
      let (x, y) = (max(shape.x, panel.x), max(shape.y, panel.y))
      let (right, bottom) = (min(shape.right, panel.right), min(shape.bottom, panel.bottom))
      if x <= right, y <= bottom {
        shapes.append(Rectangle(x: x, y: y, width: right - x, height: bottom - y))
      }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { content += string }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
      if name == "clipPath" { clip = nil }
      if name == "g" { panel = nil }
      guard name == "text", let attributes, let size = Double(attributes["font-size"]!) else { return }
      let width = TextMetrics.width(content, size: size, bold: attributes["font-weight"] != nil)
      let (x, y) = (Double(attributes["x"]!)!, Double(attributes["y"]!)!)
      let before =
        attributes["text-anchor"] == "middle" ? width / 2 : attributes["text-anchor"] == "end" ? width : 0
      let isTurned = attributes["transform"] != nil
      // Ascent and descent of a line.
      let (above, below) = (0.76 * size, 0.22 * size)
      boxes.append(
        Box(
          text: content,
          frame: isTurned
            ? Rectangle(x: x - above, y: y - (width - before), width: above + below, height: width)
            : Rectangle(x: x - before, y: y - above, width: width, height: above + below),
          panel: panel))
      self.attributes = nil
    }
  }

  private func check(_ svg: String) {
    let reader = Reader()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = reader
    #expect(parser.parse())
    for (index, box) in reader.boxes.enumerated() {
      let (frame, page) = (box.frame, reader.page)
      #expect(
        frame.x >= 0 && frame.y >= 0 && frame.right <= page.width && frame.bottom <= page.height,
        "\(box.text) leaves the page: \(frame) of \(page)")
      for other in reader.boxes[..<index] {
        #expect(
          !box.overlaps(other.frame), "\(box.text) meets \(other.text): \(box.frame), \(other.frame)")
      }
      if let panel = box.panel {
        #expect(panel.contains(frame), "\(box.text) is cut off by its panel: \(frame) of \(panel)")
      } else {
        let met = reader.shapes.first { box.overlaps($0) }
        #expect(met == nil, "\(box.text) meets a shape: \(box.frame), \(met!)")
      }
    }
    for shape in reader.shapes {
      #expect(reader.page.contains(shape), "a shape leaves the page: \(shape) of \(reader.page)")
    }
  }

  private static let title =
    """
    A title of one hundred and twenty letters that goes on and on about WIDE MEASUREMENTS MADE, and on, to \
    its very end.
    """

  private func names(_ count: Int, length: Int) -> [String] {
    (0..<count).map { String("Measured_quantity WITH a name \($0) that is long".prefix(length)) }
  }

  @Test(arguments: [1, 2, 3, 6, 8], [1, 40, 120])
  func densityPlotsKeepTheirTexts(dimension: Int, length: Int) throws {
    let density = DiagonalMixture.example(dimension: dimension)
    let samples = density.samples(600, seed: 3)
    for unit in [1.0, 123_456.789] {
      var scaled = density
      scaled.means = scaled.means.map { $0.map { $0 * unit + (unit > 1 ? 1e8 : 0) } }
      scaled.deviations = scaled.deviations.map { $0.map { $0 * unit } }
      var plot = DensityPlot(
        layers: [.init(density: scaled, samples: scaled.samples(600, seed: 3))],
        columnNames: names(dimension, length: length),
        title: String(Self.title.prefix(length * 3)), subtitle: String(Self.title.prefix(length * 2)))
      check(try plot.svg())
      plot.groups = (0..<600).map { $0 % 5 }
      plot.groupNames = (0..<5).map { "group \($0), \(String(Self.title.prefix(length)))" }
      check(try plot.svg())
    }
    let layers = (0..<4).map { index in
      DensityPlot.Layer(
        density: density, samples: samples, name: "table \(index) \(String(Self.title.prefix(length)))")
    }
    let plot = DensityPlot(
      layers: layers, columnNames: names(dimension, length: length), title: Self.title, subtitle: "")
    check(try plot.svg())
  }

  /// Marks that lie on each other, at the edges and beyond them, with short labels and long ones.
  @Test(arguments: [1, 2, 3], [1, 2, 7])
  func marksKeepTheirLabels(dimension: Int, length: Int) throws {
    let density = DiagonalMixture.example(dimension: dimension)
    let samples = density.samples(600, seed: 3)
    var plot = DensityPlot(
      layers: [.init(density: density, samples: samples)], columnNames: names(dimension, length: 40),
      title: Self.title, subtitle: "")
    let corners = [-1e3, -4, -3.9, -3.5, 0, 0.05, 0.1, 0.15, 3.8, 4, 4.5, 1e3]
    plot.marks =
      (0..<12).map { row in
        DensityPlot.Mark(
          place: Array(repeating: corners[row], count: dimension),
          label: String("\(row + 1)2345678".prefix(length)))
      }
      + (0..<20).map { row in
        DensityPlot.Mark(place: Array(samples[row: row]), label: String("\(row)12345".prefix(length)))
      }
    check(try plot.svg())
  }

  @Test(arguments: [1, 2, 3], [1, 40, 120])
  func samplesWithWeightsKeepTheirTexts(dimension: Int, length: Int) {
    let samples = DiagonalMixture.example(dimension: dimension).samples(50, seed: 3)
    let panels = (0..<7).map { index in
      SampleWeightPlot.Weights(
        title: String("\(index) \(Self.title)".prefix(length)),
        values: (0..<50).map { Double(($0 * index) % 13) })
    }
    for columns in [1, 4] {
      check(
        SampleWeightPlot(
          samples: samples, query: samples[row: 0].map(\.self), panels: panels, columns: columns,
          title: String(Self.title.prefix(length)), subtitle: Self.title
        ).svg())
    }
  }

  @Test func chartsKeepTheirTexts() {
    let series = (0..<6).map { index in
      LineChart.Series(
        name: "\(index) \(String(Self.title.prefix(20 * index)))",
        values: (1...5).map { LineChart.Value(x: pow(10, Double($0)), y: Double($0 * index) * 1e6) })
    }
    check(
      LineChart(
        title: Self.title, subtitle: Self.title + Self.title, xName: Self.title, yName: Self.title,
        xKind: .logarithmic, series: series
      ).svg())
    let places = [Matrix([[0, 1], [2, 3]]), Matrix([[5, 1], [2, 9]])]
    check(
      PathPlot(
        title: Self.title, subtitle: Self.title, columnNames: [Self.title, Self.title], places: places
      ).svg())
    let far = places.map { matrix in
      Matrix(rows: 2, columns: 2, elements: matrix.elements.map { $0 * 123_456.789 + 1e8 })
    }
    check(PathPlot(title: "", subtitle: "", columnNames: names(2, length: 40), places: far).svg())
  }

  @Test func linesAreDividedWithinTheirWidth() {
    for text in [
      "", "one", Self.title, String(repeating: "W", count: 200), "a_very_long_name-with/joints.and.points",
    ] {
      let block = TextBlock(text, width: 90, size: 12)
      #expect(block.lines.allSatisfy { TextMetrics.width($0, size: 12) <= 90 })
      #expect(block.lines.joined().filter { !$0.isWhitespace } == text.filter { !$0.isWhitespace })
    }
  }
}
