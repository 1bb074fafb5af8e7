import Foundation
import ParzenFuzzChecks
import Testing

/// Every input that fuzzing has kept, through the reader it is for: a broken promise traps.
@Suite struct FuzzCorpusTests {
  private static let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fuzz/Corpus")

  @Test(arguments: Reader.allCases) func inputsAreReadOrRefused(reader: Reader) throws {
    let folder = Self.corpus.appending(path: reader.rawValue)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.count >= 10)
    for name in names { reader.check(Array(try Data(contentsOf: folder.appending(path: name)))) }
  }
}
