import Foundation
import Testing

@testable import ParzenCommand

@Suite struct PictureFileTests {
  private static let hasConverter = ["/usr/bin/rsvg-convert", "/usr/local/bin/rsvg-convert"]
    .contains { FileManager.default.isExecutableFile(atPath: $0) }

  @Test(.enabled(if: hasConverter, "rsvg-convert draws PNG and PDF"))
  func formatsHaveTheirOpenings() throws {
    let folder = try TemporaryFolder()
    try folder.write("a\n" + (0..<40).map { "\(sin(Double($0)))" }.joined(separator: "\n"), to: "data.csv")
    for (name, opening) in [
      ("p.png", [0x89, 0x50, 0x4E, 0x47]), ("p.pdf", Array("%PDF".utf8)), ("p.SVG", Array("<svg".utf8)),
    ] {
      let outcome = try Tool.run("estimate", "data.csv", "--method", "kde", "--plot", name, in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let bytes = try Data(contentsOf: folder.url.appending(path: name))
      #expect(Array(bytes.prefix(4)) == opening.map { UInt8($0) }, "\(name)")
    }
  }

  @Test func otherEndingsAreRefused() {
    for name in ["a.gif", "svg", "a.svg.txt", ""] {
      #expect(throws: (any Error).self) { try PictureFile(path: name) }
    }
  }

  @Test func progressHasABarWhereWorkIsCounted() {
    #expect(Progress.line("reading", 3.7, nil) == "reading ... 3 s")
    let line = Progress.line("fitting", 4, .init(phase: 1, done: 6, total: 24))
    #expect(line == "fitting [######..................] 6/24, 1.5 a second, 12 s left")
  }
}
