import Foundation
import ParzenCore

/// A file of the folder Fixtures.
func fixture(_ name: String) -> URL {
  Bundle.module.resourceURL!.appendingPathComponent("Fixtures").appendingPathComponent(name)
}

/// Runs `body` with a new folder, which is removed afterwards.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("parzen-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// The reason that a reader or writer gives for refusing; nil if it does not refuse.
func refusal(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch ParzenError.file(_, let reason) {
    return reason
  } catch {
    return "another error: \(error)"
  }
}
