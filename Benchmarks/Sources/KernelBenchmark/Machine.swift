import Foundation

#if !canImport(Accelerate)
  import COpenBLAS
#endif

/// What the figures depend on.
enum Machine {
  static var processor: String {
    #if canImport(Darwin)
      var text = [CChar](repeating: 0, count: 256)
      var size = text.count
      sysctlbyname("machdep.cpu.brand_string", &text, &size, nil, 0)
      return String(decoding: text.prefix(while: { $0 != 0 }).map(UInt8.init), as: UTF8.self)
    #else
      let lines =
        (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
      func value(_ key: String) -> String? {
        lines.first { $0.hasPrefix(key) }?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
      }
      return [
        value("model name"), value("cpu family").map { "family \($0)" },
        value("model\t").map { "model \($0)" },
      ]
      .compactMap(\.self).joined(separator: ", ")
    #endif
  }

  static var matrixProductLibrary: String {
    #if canImport(Accelerate)
      "Accelerate"
    #else
      "OpenBLAS, kernels for \(openblas_get_corename().map { String(cString: $0) } ?? "an unknown processor")"
    #endif
  }
}
