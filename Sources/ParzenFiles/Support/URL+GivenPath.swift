#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension URL {
  /// The path of a file as it was given, if that leads to the file from the working folder; otherwise in
  /// full.
  var givenPath: String {
    URL(fileURLWithPath: relativePath).path == path ? relativePath : path
  }
}
