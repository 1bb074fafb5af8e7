import Foundation
import ParzenCore
import ParzenNetworks
import Testing

@testable import ParzenTraining

@Suite struct ConfigurationTests {
  private func read(_ text: String) throws -> TrainingConfiguration {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "parzen-\(UInt64.random(in: 0 ... .max)).json")
    try Data(text.utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try TrainingConfiguration(contentsOf: url)
  }

  private func message(_ text: String) -> String {
    do {
      _ = try read(text)
      return ""
    } catch { return "\(error)" }
  }

  @Test func absentKeysKeepTheirDefault() throws {
    let configuration = try read(#"{"steps": 7, "network": {"layers": 2}}"#)
    var expected = TrainingConfiguration()
    expected.steps = 7
    var network = MixtureTransformerConfiguration()
    network.layers = 2
    expected.network = .mixtureTransformer(network)
    #expect(configuration == expected)
  }

  @Test func standardConfigurationIsValid() throws {
    try TrainingConfiguration().validate()
    let buckets = TrainingConfiguration().buckets
    #expect(Set(buckets).count == buckets.count)
  }

  @Test func mistakesAreNamed() {
    #expect(message(#"{"step": 7}"#).contains(#"no setting "step""#))
    #expect(message(#"{"network": {"layer": 2}}"#).contains(#"no setting "network.layer""#))
    #expect(message(#"{"steps": 0}"#).contains("steps is 0: give 1 or more"))
    #expect(message(#"{"priors": []}"#).contains("priors is 0"))
    #expect(message(#"{"buckets": [{"dimension": 9, "samples": 5, "contexts": 1}]}"#).contains("bucket"))
    #expect(message(#"{"steps": "many"}"#).contains(#""steps" is not a whole number"#))
    #expect(message("[1, 2").contains("no JSON"))
    #expect(
      message(#"{"buckets": [{"dimension": 1, "samples": 5, "contexts": 1, "share": 3}]}"#)
        .contains(#"no setting "buckets[0].share""#))
    #expect(
      message(#"{"buckets": [{"dimension": 1, "samples": 5}]}"#).contains(
        #""buckets[0].contexts" is missing"#))
    #expect(message(#"{"buckets": [3]}"#).contains("buckets[0] must be a JSON object"))
    #expect(
      message(#"{"network": {"architecture": "cross-attention", "heads": 0}}"#).contains(
        "size of the network is 0"))
  }

  @Test func unreadableCheckpoints() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "parzen-\(UInt64.random(in: 0 ... .max))")
    #expect(throws: ParzenError.self) { try Checkpoint(contentsOf: url) }
    try Data("not a checkpoint".utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    #expect(throws: ParzenError.self) { try Checkpoint(contentsOf: url) }
  }
}
