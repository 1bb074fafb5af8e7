import Foundation
import ParzenCore
import Testing

@testable import ParzenFiles

@Suite struct SafetensorsMalformedTests {
  /// A header, how many bytes of data follow it, and a part of the message that it should give.
  static let headers: [(header: String, dataCount: Int, message: String)] = [
    ("", 0, "header is not a JSON object"),
    (" {}", 0, "header is not a JSON object"),
    ("[]", 0, "header is not a JSON object"),
    ("{", 0, "ends early"),
    ("{}x", 0, "goes on after its end"),
    ("{}", 1, "1 bytes of data that belong to no tensor"),
    (#"{"a"}"#, 0, #"should have ":" at byte 4"#),
    (#"{"a":1}"#, 0, #"should have "{" at byte 5"#),
    (#"{"a":{}}"#, 0, "needs a dtype, a shape and two data_offsets"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},}"#, 4, #"should have "\"""#),
    (#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, "needs a dtype, a shape and two data_offsets"),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4,
      "needs a dtype, a shape and two data_offsets"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, 8,
      "needs a dtype, a shape and two data_offsets"
    ),
    (
      #"{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}"#, 1, #""F8_E4M3", which is not supported"#
    ),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}"#, 4, #"unknown property "x""#),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "does not fit its place"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "does not fit its place"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 3, "truncated: its tensors need 4 bytes"),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8,
      "starts at byte 4 of the data instead of 0"
    ),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "whole number, not negative"),
    (#"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, 4, "whole number, not negative"),
    (#"{"a":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}"#, 4, "whole number, not negative"),
    (#"{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}"#, 4, "whole number, not negative"),
    (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, 4, "number too large"),
    // Sizes whose product wraps around to what the offsets say.
    (
      #"{"a":{"dtype":"F32","shape":[4611686018427387905,4],"data_offsets":[0,16]}}"#, 16,
      "does not fit its place"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[9223372036854775807,3,0],"data_offsets":[0,0]}}"#, 0,
      "does not fit its place"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}"#, 4,
      "truncated: its tensors need 9223372036854775807 bytes"
    ),
    // Two tensors in the same place; two of the same name.
    (
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"#
        + #""b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#,
      3,
      #"tensor "b" starts at byte 1 of the data instead of 2"#
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
        + #""a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#,
      2,
      #"has the key "a" twice"#
    ),
    (
      #"{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 1, #"has the key "dtype" twice"#
    ),
    (#"{"__metadata__":{"a":"1","a":"2"}}"#, 0, #"has the key "a" twice"#),
    (#"{"__metadata__":{"a":1}}"#, 0, #"should have "\"""#),
    (#"{"__metadata__":{},"__metadata__":{}}"#, 0, #"has the key "__metadata__" twice"#),
    (#"{"__metadata__":{"a":"\x"}}"#, 0, "unknown escape"),
    (#"{"__metadata__":{"a":"\u12g4"}}"#, 0, "without four hexadecimal digits"),
    (#"{"__metadata__":{"a":"\ud800"}}"#, 0, "unpaired surrogate"),
    (#"{"__metadata__":{"a":"\ud800\u0041"}}"#, 0, "unpaired surrogate"),
    (#"{"__metadata__":{"a":"\udc00"}}"#, 0, "unpaired surrogate"),
    ("{\"__metadata__\":{\"a\":\"\n\"}}", 0, "control character"),
    (#"{"__metadata__":{"a":"#, 0, "ends early"),
    (#"{"__metadata__":{"a":"b"#, 0, "ends within a string"),
    (#"{"__metadata__":{"a":"b\"#, 0, "ends within a string"),
  ]

  @Test(arguments: headers)
  func saysWhatIsWrongInTheHeader(header: String, dataCount: Int, message: String) {
    let bytes = Self.file(header: Array(header.utf8), dataCount: dataCount)
    let reason = refusal { _ = try SafetensorsFile(bytes: bytes, path: "bad") }
    #expect(reason?.contains(message) == true, "\(header): \(reason ?? "accepted")")
  }

  @Test func saysWhatIsWrongWithTheHeaderLength() {
    func reason(_ bytes: [UInt8]) -> String? {
      refusal { _ = try SafetensorsFile(bytes: bytes, path: "bad") }
    }
    #expect(reason([])?.contains("empty or truncated") == true)
    #expect(reason([2, 0, 0, 0, 0, 0, 0])?.contains("empty or truncated") == true)
    #expect(reason([2, 0, 0, 0, 0, 0, 0, 0, 0x7B])?.contains("its header should have 2 bytes") == true)
    #expect(
      reason([UInt8](repeating: 255, count: 16))?.contains("would have 18446744073709551615 bytes") == true)
    // 100,000,001 bytes.
    #expect(reason([0x01, 0xE1, 0xF5, 0x05, 0, 0, 0, 0])?.contains("not a safetensors file") == true)
    #expect(reason([0x00, 0xE1, 0xF5, 0x05, 0, 0, 0, 0])?.contains("truncated") == true)
  }

  @Test func refusesNamesThatAreNotUTF8() {
    let header = Array("{\"".utf8) + [0xFF] + Array("\":{}}".utf8)
    let reason = refusal {
      _ = try SafetensorsFile(bytes: Self.file(header: header, dataCount: 0), path: "bad")
    }
    #expect(reason?.contains("not UTF-8") == true)
  }

  @Test func acceptsWhatTheFormatAllows() throws {
    func read(_ header: String, _ dataCount: Int = 0) throws -> SafetensorsFile {
      try SafetensorsFile(bytes: Self.file(header: Array(header.utf8), dataCount: dataCount), path: "good")
    }
    #expect(try read("{}").tensors.isEmpty)
    #expect(try read("{}    ").tensors.isEmpty)
    #expect(try read(#"{"__metadata__":{}}"#).metadata.isEmpty)
    #expect(
      try read(#"{ "__metadata__" : { "a" : "\ud83d\ude00\u00e9\/\b\f" } }"#).metadata["a"] == "😀é/\u{8}\u{c}"
    )
    // The order of the data need not be that of the header.
    let swapped = #"""
      {"a":{"shape":[1],"data_offsets":[2,3],"dtype":"U8"},
      "b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}
      """#
    #expect(try read(swapped, 3).integers("a") == [2])
    #expect(try read(swapped, 3).integers("b") == [0, 1])
  }

  @Test func namesAFileThatIsNotThere() {
    let url = URL(fileURLWithPath: "/nowhere/weights.safetensors")
    #expect(
      throws: ParzenError.file(
        path: "/nowhere/weights.safetensors", reason: "no such file: check the name and the folder")
    ) { try SafetensorsFile(contentsOf: url) }
  }

  /// A file with a header and data bytes 0, 1, 2, ...
  private static func file(header: [UInt8], dataCount: Int) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header
      + (0..<dataCount).map { UInt8(truncatingIfNeeded: $0) }
  }
}
