import ParzenCore
import ParzenPlatform

/// Names of files with wildcards.
package enum FilePattern {
  /// The files that a name stands for: the file of this name, else those that match it, with `*`, `?` and `[
  /// ]` as in a shell, in the order of their names; the name itself where there are none.
  package static func files(_ name: String) -> [String] {
    guard name.contains(where: { "*?[".contains($0) }), fileStatus(name) == nil else { return [name] }
    var matches = glob_t()
    defer { globfree(&matches) }
    guard name.withSystemPath({ glob($0, 0, nil, &matches) }) == 0, let paths = matches.gl_pathv else {
      return [name]
    }
    let found = (0..<Int(matches.gl_pathc)).compactMap { index in
      paths[index].map { String(systemBytes: UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    }
    return found.isEmpty ? [name] : found
  }
}
