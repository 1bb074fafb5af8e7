import Foundation
import ParzenFiles

/// The arguments of the process, with names of files that are not UTF-8 as `String(systemBytes:)` has them.
enum Arguments {
  /// All but the name of the program.
  static let all: [String] = CommandLine.unsafeArgv.withMemoryRebound(
    to: UnsafeMutablePointer<CChar>?.self, capacity: Int(CommandLine.argc)
  ) { arguments in
    (0..<Int(CommandLine.argc)).dropFirst().compactMap { index in
      arguments[index].map { String(systemBytes: UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    }
  }
}
