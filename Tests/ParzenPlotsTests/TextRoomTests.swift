import Foundation
import ParzenCore
import Testing

@testable import ParzenPlots

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// No text of a picture is cut off or meets another, however long: the boxes of all texts are measured.
@Suite struct TextRoomTests {
  /// A text of a document with the rectangle that it fills.
  private struct Box {
    var text: String
    var frame: Rectangle

    func overlaps(_ other: Box) -> Bool {
      // Half a pixel of rounding.
      let (a, b) = (frame, other.frame)
      return a.x + 0.5 < b.right && b.x + 0.5 < a.right && a.y + 0.5 < b.bottom && b.y + 0.5 < a.bottom
    }
  }

  /// Reads the texts of a document and its size.
  private final class Reader: NSObject, XMLParserDelegate {
    var page = Rectangle(x: 0, y: 0, width: 0, height: 0)
    var boxes: [Box] = []
    private var attributes: [String: String]?
    private var content = ""

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      if name == "svg" {
        page.width = Double(attributes["width"]!)!
        page.height = Double(attributes["height"]!)!
      }
      guard name == "text" else { return }
      self.attributes = attributes
      content = ""
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { content += string }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
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
            : Rectangle(x: x - before, y: y - above, width: width, height: above + below)))
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
        #expect(!box.overlaps(other), "\(box.text) meets \(other.text): \(box.frame), \(other.frame)")
      }
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
        density: scaled, samples: scaled.samples(600, seed: 3), columnNames: names(dimension, length: length),
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
      PathPlot(title: Self.title, subtitle: Self.title, columnNames: [Self.title, "y"], places: places).svg())
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
