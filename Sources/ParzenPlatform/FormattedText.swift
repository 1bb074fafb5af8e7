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
