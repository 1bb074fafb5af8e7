/// A key in a file that this version does not know.
///
/// What is decoded from a file of the package refuses such keys: a newer version has written them, and they
/// would change what the rest means.
package struct UnknownKey: Error, CustomStringConvertible {
  /// The key, after those that lead to it.
  package let place: String

  package init(_ place: String) { self.place = place }

  package var description: String {
    "it has \"\(place)\", which Parzen \(packageVersion) does not know: a newer Parzen made it, take that one"
  }
}

/// The version of a file's format against the latest that this package reads.
///
/// - Returns: what is wrong, and what to do; nil for a version that can be read.
package func flaw(ofFormat format: Int, latest: Int, writer: String? = nil) -> String? {
  if (1...latest).contains(format) { return nil }
  if format < 1 { return "it says that its format is \(format), which there is not: take another copy" }
  return
    "it was made by a newer Parzen\(writer.map { " (\($0))" } ?? ""): its format is \(format), and Parzen "
    + "\(packageVersion) reads formats up to \(latest): take the newer one"
}

extension Decoder {
  /// Throws `UnknownKey` if there are others than some keys.
  ///
  /// - Parameter others: keys that another type reads.
  package func checkKeys<Key: CodingKey & CaseIterable>(
    _ keys: Key.Type, besides others: [String] = []
  ) throws {
    let known = Set(keys.allCases.map(\.stringValue) + others)
    let given = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
    guard let unknown = given.filter({ !known.contains($0) }).min() else { return }
    throw UnknownKey((codingPath.map(\.stringValue) + [unknown]).joined(separator: "."))
  }
}

private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
