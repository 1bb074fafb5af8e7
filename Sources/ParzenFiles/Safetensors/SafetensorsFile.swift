import ParzenCore

/// Named tensors and string metadata, as stored in a safetensors file.
///
/// The format is a 64-bit little-endian header length, a JSON header of that length, then the elements of all
/// tensors without gaps (https://huggingface.co/docs/safetensors). Reading and writing take time and memory
/// proportional to the size of the file.
///
/// ```swift
/// let file = try SafetensorsFile(contentsOf: URL(filePath: "arrays.safetensors"))
/// let x = try file.doubles("x", shape: [272, 2])
/// ```
public struct SafetensorsFile: Sendable {
  /// Where the tensors came from, for messages.
  public let path: String
  /// The tensors by name.
  public var tensors: [String: SafetensorsTensor]
  /// Free text by key: the header's `__metadata__`.
  public var metadata: [String: String]

  /// The longest header that the format allows, in bytes.
  static let largestHeader = 100_000_000

  /// A collection of tensors, to be written.
  public init(tensors: [String: SafetensorsTensor], metadata: [String: String] = [:]) {
    self.path = "new tensors"
    self.tensors = tensors
    self.metadata = metadata
  }

  init(path: String, tensors: [String: SafetensorsTensor], metadata: [String: String]) {
    self.path = path
    self.tensors = tensors
    self.metadata = metadata
  }
}

extension SafetensorsFile {
  /// The elements of a floating-point tensor as Float32, rounded to nearest where they are Float64.
  ///
  /// - Parameters:
  ///   - name: the name of the tensor.
  ///   - shape: the shape that it must have; nil for any.
  /// - Throws: `ParzenError.file` if there is no such tensor, or it has another shape or no floating-point
  ///   type.
  public func floats(_ name: String, shape: [Int]? = nil) throws(ParzenError) -> [Float] {
    let tensor = try tensor(name, shape: shape)
    return try unwrap(tensor.floats, name, tensor, "floating-point numbers")
  }

  /// The elements of a floating-point tensor as Float64, exactly. Parameters and errors as for
  /// `floats(_:shape:)`.
  public func doubles(_ name: String, shape: [Int]? = nil) throws(ParzenError) -> [Double] {
    let tensor = try tensor(name, shape: shape)
    return try unwrap(tensor.doubles, name, tensor, "floating-point numbers")
  }

  /// The elements of an integer tensor. Parameters and errors as for `floats(_:shape:)`.
  public func integers(_ name: String, shape: [Int]? = nil) throws(ParzenError) -> [Int] {
    let tensor = try tensor(name, shape: shape)
    return try unwrap(tensor.integers, name, tensor, "integers")
  }

  /// A tensor that must exist and have a given shape.
  public func tensor(_ name: String, shape: [Int]? = nil) throws(ParzenError) -> SafetensorsTensor {
    guard let tensor = tensors[name] else {
      throw .file(
        path: path,
        reason: "there is no tensor named \(quoted(name)): this file belongs to another architecture")
    }
    if let shape, shape != tensor.shape {
      throw .file(
        path: path,
        reason: "tensor \(quoted(name)) has shape \(tensor.shape) instead of \(shape): "
          + "this file belongs to another architecture")
    }
    return tensor
  }

  private func unwrap<Value>(
    _ values: [Value]?, _ name: String, _ tensor: SafetensorsTensor, _ expected: String
  ) throws(ParzenError) -> [Value] {
    guard let values else {
      throw .file(
        path: path,
        reason: "tensor \(quoted(name)) has type \(tensor.elementType.rawValue) instead of \(expected)")
    }
    return values
  }
}

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
