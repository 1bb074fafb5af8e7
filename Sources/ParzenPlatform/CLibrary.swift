// The C library under one name, whatever the platform calls it: the elementary functions and the system's
// calls. The library's modules import this and, where they read files or JSON, FoundationEssentials; all of
// Foundation would bring 50 MB of Unicode data along wherever the library is linked statically.
#if canImport(Darwin)
  @_exported import Darwin
#elseif canImport(Glibc)
  @_exported import Glibc
#elseif canImport(Musl)
  @_exported import Musl
#elseif canImport(Android)
  @_exported import Android
#endif

/// Numbers as text, by a format of C's `printf`.
///
/// - Parameters:
///   - format: has one conversion of the right kind for every value: `%g`, `%f` or `%e` for a `Double`.
///   - values: the numbers.
package func formatted(_ format: String, _ values: any CVarArg...) -> String {
  let length = Int(withVaList(values) { vsnprintf(nil, 0, format, $0) })
  return String(unsafeUninitializedCapacity: length + 1) { buffer in
    withVaList(values) { list in
      buffer.withMemoryRebound(to: CChar.self) { _ = vsnprintf($0.baseAddress, length + 1, format, list) }
    }
    return length
  }
}
