import Foundation
import Testing

@testable import ParzenPlots

@Suite struct DrawingTests {
  @Test func smallDocumentIsAsExpected() {
    var document = SVGDocument(width: 40, height: 30)
    document.line(Point(x: 0, y: 1.005), Point(x: -2.5, y: 1e9), SVGStyle(stroke: .ink, dashes: [4, 2]))
    document.clipped(to: Rectangle(x: 1, y: 2, width: 3, height: 4)) {
      $0.dots([Point(x: 1, y: 2), Point(x: 3, y: 4)], diameter: 2, color: Color(0xD55E00), opacity: 0.5)
    }
    document.text("a < b & \"c\"\u{1}", at: Point(x: 5, y: 6), anchor: .middle, bold: true, rotation: -90)
    #expect(
      document.xml == """
        <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" \
        height="30" \
        viewBox="0 0 40 30" font-family="Helvetica Neue, Helvetica, Arial, DejaVu Sans, sans-serif">
        <rect x="0" y="0" width="40" height="30" fill="#ffffff"/>
        <path d="M0 1L-2.5 1000000" stroke-linejoin="round" fill="none" stroke="#22262b" stroke-width="1" \
        stroke-dasharray="4 2"/>
        <clipPath id="clip1">
        <rect x="1" y="2" width="3" height="4" fill="none"/>
        </clipPath>
        <g clip-path="url(#clip1)">
        <path d="M1 2h0M3 4h0" stroke-linecap="round" fill="none" stroke="#d55e00" stroke-width="2" \
        opacity="0.5"/>
        </g>
        <text x="5" y="6" font-size="12" text-anchor="middle" fill="#22262b" font-weight="600" \
        transform="rotate(-90 5 6)">a &lt; b &amp; &quot;c&quot;\u{FFFD}</text>
        </svg>

        """)
  }

  @Test func numbersHaveTwoDecimals() {
    #expect([0, -0.004, 0.05, -1.5, 12.345, 7].map(svgNumber) == ["0", "0", "0.05", "-1.5", "12.35", "7"])
  }

  @Test func checksumsHaveTheirPublishedCheckValues() {
    #expect(cyclicRedundancyCheck(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(adlerChecksum(Array("Wikipedia".utf8)) == 0x11E6_0398)
  }

  @Test func imageIsThePNGThatAReaderExpects() {
    let image = IndexedImage(width: 2, height: 1, palette: [.white, Color(0x0000FF)], pixels: [1, 0])
    let expected: [UInt8] = [
      0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A,
      0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 2, 0, 0, 0, 1, 8, 3, 0, 0, 0, 0xC3, 0xFC, 0x8F, 0xB8,
    ]
    #expect(Array(image.png.prefix(expected.count)) == expected)
    // One stored block of three bytes: the filter and two pixels.
    #expect(image.png.contains([0x78, 0x01, 1, 3, 0, 0xFC, 0xFF, 0, 1, 0]))
  }

  @Test func colorMapIsPerceptuallyUniform() {
    // Luminance falls all the way, and no step between neighbours is much larger than the average.
    let colors = ColorMap.palette
    let luminance = colors.map {
      0.2126 * Double($0.red) + 0.7152 * Double($0.green) + 0.0722 * Double($0.blue)
    }
    #expect(zip(luminance, luminance.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(colors.first == .white)
    let channels: [(Color) -> UInt8] = [{ $0.red }, { $0.green }, { $0.blue }]
    for channel in channels {
      let values = colors.map { Int(channel($0)) }
      #expect(zip(values, values.dropFirst()).allSatisfy { abs($0 - $1) <= 3 })
    }
  }

  /// What has no place is left out.
  @Test func dotsWithoutPlaceAreLeftOut() {
    var (document, plain) = (SVGDocument(width: 40, height: 30), SVGDocument(width: 40, height: 30))
    document.dots(
      [Point(x: 1, y: 2), Point(x: .nan, y: 4), Point(x: 3, y: -.infinity)], diameter: 2, color: .ink)
    plain.dots([Point(x: 1, y: 2)], diameter: 2, color: .ink)
    #expect(document.xml == plain.xml)
    #expect(svgNumber(.nan) == "-1000000" && svgNumber(.infinity) == "1000000")
  }
}
