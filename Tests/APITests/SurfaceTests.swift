import Foundation
import Parzen
import Testing

/// What a client of the package sees who imports `Parzen` alone.
@Suite struct SurfaceTests {
  /// The modules that `Parzen` exports, by the statements that do so.
  private func exportedModules() throws -> [String] {
    let text = try String(contentsOf: Self.sources.appending(path: "Parzen/Parzen.swift"), encoding: .utf8)
    return text.matches(of: /@_exported import (?:struct |enum |protocol )?(\w+)/).map { String($0.1) }
  }

  /// The public types that a file declares, nested ones by their whole names. Files are formatted, so that
  /// what is inside a type stands further to the right.
  private func publicTypes(in text: String) -> [String] {
    let declaration =
      /^( *)(?:@\w+ )?((?:\w+ )*)(?:struct|enum|class|protocol|actor|typealias|extension) ([\w.]+)/
    var enclosing: [(indentation: Int, name: String)] = []
    var found: [String] = []
    for match in text.matches(of: declaration.anchorsMatchLineEndings()) {
      let indentation = match.1.count
      while let last = enclosing.last, last.indentation >= indentation { enclosing.removeLast() }
      enclosing.append((indentation, String(match.3)))
      if match.2.split(separator: " ").contains("public") {
        found.append(enclosing.map(\.name).joined(separator: "."))
      }
    }
    return found
  }

  /// Every public type of the exported modules, nested ones by their whole names, is in `Surface.types`, and
  /// compiles there.
  @Test func everyPublicTypeCanBeNamed() throws {
    // Without the names of modules.
    let spelled = Set(
      Surface.types.flatMap { type in
        String(reflecting: type).matches(of: /\w+((?:\.\w+)+)/).map { String($0.1.dropFirst()) }
      })
    let aliases: Set = [
      "DensityFit", "WeightedDensityFit", "MixtureTransformerWeights", "CrossAttentionWeights",
      "Estimator.Fit",
    ]
    var found = 0
    for module in Set(try exportedModules()) {
      let folder = Self.sources.appending(path: module)
      let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
      while let url = files?.nextObject() as? URL {
        guard url.pathExtension == "swift" else { continue }
        for name in publicTypes(in: try String(contentsOf: url, encoding: .utf8)) {
          found += 1
          #expect(spelled.union(aliases).contains(name), "\(module) has \(name), which Surface.swift has not")
        }
      }
    }
    #expect(found > 120)
  }

  @Test func nestedTypesHaveTheirWholeNames() {
    let text = """
      /// public struct NotThis {}
      public struct Matrix {
        public enum Form {
          public struct Part {}
        }
        struct Hidden {}
        public indirect enum Row {}
      }
      extension SavedFit.Content {
        public typealias Fit = Int
      }
      public final class Form {}
      struct Private {
        enum Also {}
      }
      """
    #expect(
      publicTypes(in: text) == [
        "Matrix", "Matrix.Form", "Matrix.Form.Part", "Matrix.Row", "SavedFit.Content.Fit", "Form",
      ])
  }

  /// Messages of the library name no options or commands of the tool, which others who use it do not have.
  @Test func messagesOfTheLibraryNameNothingOfTheTool() throws {
    var found = 0
    let files = FileManager.default.enumerator(at: Self.sources, includingPropertiesForKeys: nil)
    while let url = files?.nextObject() as? URL {
      guard url.pathExtension == "swift", !url.path.contains("/ParzenCommand/") else { continue }
      found += 1
      for line in try String(contentsOf: url, encoding: .utf8).split(separator: "\n") {
        guard !line.drop(while: { $0 == " " }).hasPrefix("//") else { continue }
        #expect(line.firstMatch(of: /"[^"]*(?:--[a-z]|`parzen )/) == nil, "\(url.lastPathComponent): \(line)")
      }
    }
    #expect(found > 200)
  }

  /// C types stay inside `ParzenKernels`; and all of Foundation, 50 MB where the library is linked
  /// statically, outside what is below the tool.
  @Test func modulesImportWhatTheyMay() throws {
    var found = 0
    let files = FileManager.default.enumerator(at: Self.sources, includingPropertiesForKeys: nil)
    while let url = files?.nextObject() as? URL {
      guard url.pathExtension == "swift" else { continue }
      let text = try String(contentsOf: url, encoding: .utf8)
      if text.firstMatch(of: /(?m)^import CParzenKernels$/) != nil {
        found += 1
        #expect(url.path.contains("/ParzenKernels/"), "\(url.path)")
      }
      guard !url.path.contains("/ParzenCommand/"), !url.path.contains("/ParzenMain/") else { continue }
      // Where there is no FoundationEssentials, the import is indented.
      #expect(text.firstMatch(of: /(?m)^import Foundation$/) == nil, "\(url.path)")
    }
    #expect(found > 5)
  }

  /// No client can change the elements of a matrix but through what keeps its shape.
  @Test func elementsOfMatricesKeepTheirNumber() throws {
    let text = try String(
      contentsOf: Self.sources.appending(path: "ParzenCore/Matrix.swift"), encoding: .utf8)
    #expect(text.contains("public package(set) var elements: [Double]"))
    #expect(text.firstMatch(of: /public (?:internal\(set\) )?var elements/) == nil)
  }

  /// A variant of the kernels runs only where the processor has all that the variant is compiled for.
  @Test(arguments: ["avx2", "avx512"]) func everyInstructionIsAskedFor(variant: String) throws {
    let folder = Self.sources.appending(path: "CParzenKernels")
    let source = try String(contentsOf: folder.appending(path: "variant_\(variant).c"), encoding: .utf8)
    let dispatch = try String(contentsOf: folder.appending(path: "dispatch.c"), encoding: .utf8)
    let features = try #require(source.firstMatch(of: /target\("([^"]+)"\)/)).1.split(separator: ",")
    #expect(features.count >= 3)
    for feature in features {
      #expect(dispatch.contains("__builtin_cpu_supports(\"\(feature)\")"), "\(feature)")
    }
  }

  /// `Version.swift` is the one place with the version; what has to repeat it says the same.
  @Test func documentsNameTheVersion() throws {
    let root = Self.sources.deletingLastPathComponent()
    func text(_ path: String) throws -> String {
      try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
    let version = try #require(text("Sources/ParzenCore/Version.swift").firstMatch(of: /= "([^"]+)"/)).1
    #expect(try text("README.md").contains(#"/parzen", from: "\#(version)")"#))
    #expect(try text("Python/parzen/__init__.py").contains(#"__version__ = "\#(version)""#))
    let headings = try text("CHANGELOG.md").matches(of: /\n## ([^\n,]+)/).map(\.1)
    #expect(headings.first == version && headings.count { $0 == version } == 1)
  }

  private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")

  @Test func networkConfigurationsCanBeSpelled() {
    let configuration = MixtureTransformerConfiguration()
    #expect(layout(of: configuration).count == parameterCount(configuration))
    #expect(run(CrossAttentionConfiguration()).steps > 0)
  }

  @Test func errorsSpeakThroughFoundation() {
    let error: any Error = ParzenError.invalidOption("the bandwidth is -1: give a positive number")
    #expect(error.localizedDescription == "the bandwidth is -1: give a positive number")
  }
}
