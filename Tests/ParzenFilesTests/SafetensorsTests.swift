import Foundation
import ParzenCore
import Testing

@testable import ParzenFiles

@Suite struct SafetensorsTests {
  @Test func readsEveryTypeOfTheReferenceImplementation() throws {
    let file = try SafetensorsFile(contentsOf: fixture("types.safetensors"))
    #expect(file.metadata == ["text": "line\n\ttab \"quoted\" é"])
    #expect(
      try file.doubles("float64", shape: [2, 3]) == [
        0.1, -2.5, 1e300, .leastNonzeroMagnitude, .infinity, -0.0,
      ])
    #expect(try file.floats("float64") == [0.1, -2.5, .infinity, 0, .infinity, -0.0])
    #expect(try file.floats("float32", shape: [2, 2]) == [0.1, -2.5, .leastNonzeroMagnitude, 3e38])
    #expect(
      try file.doubles("float32")
        == ([0.1, -2.5, .leastNonzeroMagnitude, 3e38] as [Float]).map { Double($0) })
    #expect(try file.doubles("float16") == [0x1.998p-4, -2.5, 65504, 0x1p-24, .infinity, 0x1.f78p-15])
    #expect(try file.integers("int64") == [.min, .max])
    #expect(try file.integers("int32") == [-(1 << 31), 1 << 31 - 1])
    #expect(try file.integers("int16") == [-(1 << 15), 1 << 15 - 1])
    #expect(try file.integers("int8") == [-128, 127])
    #expect(try file.integers("uint64") == [0, .max])
    #expect(try file.integers("uint32") == [0, 1 << 32 - 1])
    #expect(try file.integers("uint16") == [0, 1 << 16 - 1])
    #expect(try file.integers("uint8") == [0, 255])
    #expect(try file.integers("bool") == [1, 0])
    #expect(try file.floats("scalar", shape: []) == [7.5])
    #expect(try file.floats("empty", shape: [0, 3]) == [])
    #expect(try file.integers("name with \"quotes\", \\, é and 😀", shape: [1]) == [1])
    let bfloat16 = try SafetensorsFile(contentsOf: fixture("bfloat16.safetensors"))
    #expect(try bfloat16.floats("b") == [0x1.9ap-4, -2.5, 0x1.2cp126])
  }

  @Test func writesTheLayoutOfTheReferenceImplementation() throws {
    let file = SafetensorsFile(
      tensors: [
        "a": try SafetensorsTensor([0, 1, 2, 3, 4] as [Float], shape: [5]),
        "b": try SafetensorsTensor([0, 1, 2] as [Float], shape: [3]),
        "z": try SafetensorsTensor([0, 1] as [Double], shape: [2]),
      ], metadata: ["key": "value"])
    #expect(try file.encoded() == [UInt8](Data(contentsOf: fixture("layout.safetensors"))))
  }

  @Test func readsTheTypesThatItWrites() throws {
    let file = SafetensorsFile(tensors: [
      "float": try SafetensorsTensor([1.5, .pi] as [Float], shape: [2, 1]),
      "double": try SafetensorsTensor([1.5, .pi] as [Double], shape: [1, 2]),
      "integer": try SafetensorsTensor([-1, .max] as [Int64], shape: [2]),
    ])
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("weights.safetensors")
      try file.write(to: url)
      let copy = try SafetensorsFile(contentsOf: url)
      #expect(copy.tensors == file.tensors)
      #expect(try copy.floats("float", shape: [2, 1]) == [1.5, .pi])
      #expect(try copy.doubles("double", shape: [1, 2]) == [1.5, .pi])
      #expect(try copy.integers("integer") == [-1, .max])
    }
  }

  @Test(arguments: 0..<50 as Range<UInt64>)
  func randomFilesSurviveARoundTrip(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let file = try randomFile(using: &generator)
    let bytes = try file.encoded()
    let copy = try SafetensorsFile(bytes: bytes, path: "copy")
    #expect(copy.tensors == file.tensors)
    #expect(copy.metadata == file.metadata)
    #expect(try copy.encoded() == bytes)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func refusesEveryTruncationAndSurvivesEveryDamage(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let bytes = try randomFile(using: &generator).encoded()
    for count in 0..<bytes.count {
      #expect(throws: ParzenError.self) { try SafetensorsFile(bytes: Array(bytes[..<count]), path: "cut") }
    }
    for _ in 0..<200 {
      var damaged = bytes
      damaged[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
      // Either refused, or read as something that can be written and read again.
      guard let file = try? SafetensorsFile(bytes: damaged, path: "damaged") else { continue }
      #expect(try SafetensorsFile(bytes: file.encoded(), path: "copy").tensors == file.tensors)
    }
  }

  @Test func namesWhatATensorLacks() throws {
    let file = try SafetensorsFile(contentsOf: fixture("types.safetensors"))
    #expect(refusal { _ = try file.floats("absent") }?.contains("no tensor named \"absent\"") == true)
    #expect(
      refusal { _ = try file.floats("scalar", shape: [1]) }?.contains("has shape [] instead of [1]") == true)
    #expect(
      refusal { _ = try file.floats("int8") }?.contains("has type I8 instead of floating-point") == true)
    #expect(
      refusal { _ = try file.integers("float64") }?.contains("has type F64 instead of integers") == true)
  }

  /// Up to five tensors and three metadata entries, of random types, shapes, names and bytes.
  private func randomFile(using generator: inout SplitMix64) throws -> SafetensorsFile {
    var tensors: [String: SafetensorsTensor] = [:]
    for _ in 0..<Int.random(in: 0...5, using: &generator) {
      let type = SafetensorsTensor.ElementType.allCases.randomElement(using: &generator)!
      let shape = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
        Int.random(in: 0...3, using: &generator)
      }
      let bytes = (0..<shape.reduce(type.size, *)).map { _ in UInt8.random(in: 0...255, using: &generator) }
      tensors[randomText(using: &generator)] = try SafetensorsTensor(
        elementType: type, shape: shape, bytes: bytes)
    }
    var metadata: [String: String] = [:]
    for _ in 0..<Int.random(in: 0...3, using: &generator) {
      metadata[randomText(using: &generator)] = randomText(using: &generator)
    }
    return SafetensorsFile(tensors: tensors, metadata: metadata)
  }

  private func randomText(using generator: inout SplitMix64) -> String {
    let characters = Array("abc.0\"\\/\n\t\u{1}\u{7f}é😀 ")
    return String(
      (0..<Int.random(in: 0...8, using: &generator)).map { _ in characters.randomElement(using: &generator)! }
    )
  }
}
