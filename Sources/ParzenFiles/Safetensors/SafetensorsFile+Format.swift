import ParzenCore

// Files of the package say in their metadata in which version of their format they are (`parzen_format`), and
// which version of the package wrote them (`parzen_version`). Files of 0.1 say nothing: they are in format 1.

extension SafetensorsFile {
  /// The metadata of a file in some format.
  package static func formatMetadata(_ format: Int) -> [String: String] {
    ["parzen_format": "\(format)", "parzen_version": packageVersion]
  }

  /// Throws `ParzenError.file` unless the format is known.
  ///
  /// - Parameter latest: the latest format of this kind of file.
  package func checkFormat(latest: Int) throws(ParzenError) {
    let text = metadata["parzen_format"] ?? "1"
    guard let format = Int(text) else {
      throw .file(path: path, reason: "its format is \(quoted(text)), which is no number: take another copy")
    }
    if let flaw = flaw(ofFormat: format, latest: latest, writer: metadata["parzen_version"]) {
      throw .file(path: path, reason: flaw)
    }
  }

  /// A value that the metadata have as JSON.
  ///
  /// - Parameter kind: what the file is, for messages.
  /// - Throws: `ParzenError.file` if there is no such JSON, or it has a key that is not known.
  package func decoded<Value>(
    _ key: String, of kind: String, by decode: (_ text: String) throws -> Value
  ) throws(ParzenError) -> Value {
    guard let text = metadata[key] else {
      throw .file(path: path, reason: "it lacks \"\(key)\" in its metadata: it is no \(kind)")
    }
    do { return try decode(text) } catch let error as UnknownKey {
      throw .file(path: path, reason: UnknownKey("\(key).\(error.place)").description)
    } catch {
      throw .file(
        path: path,
        reason: "the \"\(key)\" of this \(kind) cannot be read, \(decodingFlaw(error)): take another copy")
    }
  }
}
