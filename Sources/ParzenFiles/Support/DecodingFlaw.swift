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
