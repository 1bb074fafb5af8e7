import ParzenCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The names of a chain's parameters, as GetDist keeps them in a file of their own.
enum ChainNames {
  /// Finds the names of a chain's columns and adds them to the options: of `root.txt`, `root_1.txt` or
  /// `root.1.txt` those in `root.paramnames`, of which every line has a name, marked by a star where it is
  /// derived, and a label.
  static func find(for chain: URL, _ options: inout TableOptions) throws(ParzenError) {
    let stem = chain.deletingPathExtension().lastPathComponent
    let roots = [stem, stem.replacing(#/[._]\d+$/#, with: "")]
    let folder = chain.deletingLastPathComponent()
    let files = roots.map { folder.appendingPathComponent($0 + ".paramnames") }
    guard let file = files.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else { return }
    let text = decodedText(try InputFile(path: file.path).readAll())
    let names = text.split(whereSeparator: \.isNewline).compactMap { line -> String? in
      line.split(whereSeparator: \.isWhitespace).first.map {
        $0.hasSuffix("*") ? String($0.dropLast()) : String($0)
      }
    }
    options.givenNames = [weightName, logPosteriorName] + names
  }

  static let weightName = "weight"
  static let logPosteriorName = "minuslogpost"
}
