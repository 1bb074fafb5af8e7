import Foundation
import ParzenCore
import Testing

@testable import ParzenPlots

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct PictureTests {
  /// The names of the elements of a document, with how often each occurs; fails if it is not well-formed XML.
  private func elements(_ svg: String) throws -> [String: Int] {
    final class Counter: NSObject, XMLParserDelegate {
      var counts: [String: Int] = [:]
      func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
      ) { counts[name, default: 0] += 1 }
    }
    let counter = Counter()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = counter
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    #expect(!svg.contains("nan") && !svg.contains("inf"))
    return counter.counts
  }

  private func picture(_ density: DiagonalMixture, _ samples: Matrix, names: [String]? = nil) -> DensityPlot {
    DensityPlot(
      layers: [.init(density: density, samples: samples)],
      columnNames: names ?? (0..<density.dimension).map { "x\($0 + 1)" },
      title: "A title", subtitle: "a subtitle")
  }

  @Test(arguments: [(1, 0), (2, 2), (3, 3), (5, 10), (12, 28)])
  func pictureIsWellFormedWithItsPanels(dimension: Int, images: Int) throws {
    let density = DiagonalMixture.example(dimension: dimension)
    let names = (0..<dimension).map { "a<b & \"\($0)\" " + String(repeating: "long ", count: $0) }
    let svg = try picture(density, density.samples(3000, seed: 3), names: names).svg()
    #expect(try elements(svg)["image", default: 0] == images)
    #expect(svg.utf8.count < 500_000)
    #expect(svg.contains("of 3000 samples drawn"))
    #expect(svg.contains("the first 8 of 12 columns") == (dimension == 12))
  }

  @Test(arguments: [1, 2, 3], [1e-160, 1e-3, 1e7, 1e150])
  func anyUnitGivesAPicture(dimension: Int, unit: Double) throws {
    var density = DiagonalMixture.example(dimension: dimension)
    density.means = density.means.map { $0.map { $0 * unit } }
    density.deviations = density.deviations.map { $0.map { $0 * unit } }
    _ = try elements(picture(density, density.samples(50, seed: 5)).svg())
  }

  @Test(arguments: [1, 2, 3])
  func equalSamplesAndSpikesGiveAPicture(dimension: Int) throws {
    var density = DiagonalMixture.example(dimension: dimension)
    density.deviations[0] = density.deviations[0].map { $0 * 1e-8 }
    let samples = Matrix(rows: 20, columns: dimension, repeating: 2)
    _ = try elements(picture(density, samples).svg())
  }

  @Test func moreThanTwoDimensionsNeedMarginals() {
    struct Opaque: Density {
      var dimension: Int { 3 }
      func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
        DensityEvaluation(logDensity: [], score: queries)
      }
    }
    let plot = DensityPlot(
      layers: [.init(density: Opaque(), samples: Matrix(rows: 9, columns: 3))], columnNames: ["a", "b", "c"],
      title: "", subtitle: "")
    #expect(throws: ParzenError.self) { try plot.svg() }
  }

  @Test func axesLeaveOutFarOutliersOnly() {
    let density = DiagonalMixture(weights: [1], means: [[0]], deviations: [[1]])
    var samples = density.samples(1000, seed: 1)
    let plain = picture(density, samples).scale(of: 0).domain
    #expect(plain.contains(samples.elements.min()!) && plain.contains(samples.elements.max()!))
    samples[17, 0] = 1e6
    let withOutlier = picture(density, samples).scale(of: 0).domain
    #expect(withOutlier.upperBound < 12)
  }

  @Test func thinningIsEvenAndBounded() {
    let density = DiagonalMixture(weights: [1], means: [[0]], deviations: [[1]])
    let plot = picture(density, Matrix(rows: 4001, columns: 1))
    #expect(plot.drawnRows(limit: 2000) == Array(stride(from: 0, to: 4001, by: 3)))
    #expect(plot.drawnRows(limit: 5000) == Array(0..<4001))
  }

  @Test func chartSkipsWhatItsAxesCannotShow() throws {
    let values = [(-1.0, 3.0, 0.1), (10, 2, 5), (100, 0, 0), (1000, .nan, 0), (10000, 0.5, 0)]
    let chart = LineChart(
      title: "Error & size", xName: "n", yName: "error", xKind: .logarithmic, yKind: .logarithmic,
      series: [
        LineChart.Series(
          name: "a<b", values: values.map { LineChart.Value(x: $0.0, y: $0.1, standardError: $0.2) }),
        LineChart.Series(name: "empty", values: [], style: .dashed),
      ])
    let svg = chart.svg()
    _ = try elements(svg)
    // Two values are left: one line of two points, with a dot for each.
    #expect(svg.components(separatedBy: "h0").count - 1 == 2)
    #expect(svg.contains(">a&lt;b</text>"))
  }

  @Test func longLinesAreThinned() throws {
    let values = (0..<100_000).map { LineChart.Value(x: Double($0), y: Double($0 % 7)) }
    let svg = LineChart(title: "", xName: "", yName: "", series: [.init(name: "", values: values)]).svg()
    #expect(svg.utf8.count < 60_000)
  }
}
