import ParzenCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What is wrong with the content of a file, found by a parser that does not know the file's name.
struct FormatError: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }

  /// The same error, with the name of the file.
  func inFile(_ path: String) -> ParzenError { .file(path: path, reason: reason) }
}

extension ParzenError: LocalizedError {
  /// What `localizedDescription` says: the same sentence.
  public var errorDescription: String? { description }
}

/// What is wrong with JSON that could not be decoded, and at which place, in words.
package func decodingFlaw(_ error: any Error) -> String {
  guard let error = error as? DecodingError else { return "\(error)" }
  func place(_ path: [any CodingKey]) -> String {
    var text = ""
    for key in path {
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
    return text.isEmpty ? "the whole text" : quoted(text)
  }
  switch error {
  case .keyNotFound(let key, let context): return "\(place(context.codingPath + [key])) is missing"
  case .valueNotFound(_, let context): return "\(place(context.codingPath)) is null"
  case .typeMismatch(let type, let context):
    return "\(place(context.codingPath)) is not \(expected(type))"
  case .dataCorrupted(let context):
    guard context.codingPath.isEmpty else {
      return "\(place(context.codingPath)) has an impossible value: \(context.debugDescription)"
    }
    return "no JSON: \(context.debugDescription)"
  @unknown default: return "the text cannot be read"
  }
}

/// What JSON has for a type of Swift, in words.
private func expected(_ type: any Any.Type) -> String {
  switch type {
  case is Bool.Type: "true or false"
  case is String.Type: "a text"
  case is any FixedWidthInteger.Type: "a whole number of the possible range"
  case is any BinaryFloatingPoint.Type: "a number"
  case is [String: Any].Type: "an object"
  default: "\(type)".hasPrefix("Dictionary") ? "an object" : "an array"
  }
}

extension Array {
  /// An array whose storage `body` fills, keeping the type of the error that it throws.
  ///
  /// - Parameters:
  ///   - capacity: the number of elements to make room for.
  ///   - body: initialises elements from the start of the buffer on, and returns how many.
  init<Failure: Error>(
    capacity: Int, filledBy body: (UnsafeMutableBufferPointer<Element>) throws(Failure) -> Int
  ) throws(Failure) where Element: BitwiseCopyable {
    var failure: Failure?
    self.init(unsafeUninitializedCapacity: capacity) { buffer, initializedCount in
      do throws(Failure) { initializedCount = try body(buffer) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// `withUnsafeBytes`, keeping the type of the error that `body` throws.
  func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result where Element: BitwiseCopyable {
    try withUnsafeBufferPointer { buffer throws(Failure) in try body(UnsafeRawBufferPointer(buffer)) }
  }
}
