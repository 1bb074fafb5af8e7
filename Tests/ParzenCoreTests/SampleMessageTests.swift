import ParzenCore
import Testing

/// Sentences about samples call these what they are called where they come from.
@Suite struct SampleMessageTests {
  private let message: SampleMessage = "\(sample: 4) has \(1.5) in \(column: 1), beside \(columns: [0, 2])"
  private let labels = SampleLabels(columns: ["a", "b", "c"]) { "\(10 * $0)" }

  @Test func equalSentencesAreEqual() {
    let (number, word) = (3, "few")
    #expect("\(number) are too \(word)" as SampleMessage == "3 are too few")
    #expect("\(sample: 0) is \("a" as SampleMessage)b" as SampleMessage == "\(sample: 0) is ab")
    #expect("\(sample: 0)" as SampleMessage != "sample 1")
  }

  @Test func numbersCountFromOne() {
    #expect(message.description == "sample 5 has 1.5 in column 2, beside columns 1, 3")
  }

  @Test func labelsReplaceNumbers() {
    #expect(message.described(by: labels) == "row 40 has 1.5 in column b, beside columns a, c")
    #expect(message.described(by: SampleLabels(columns: ["a"])).hasPrefix("sample 5 has 1.5 in column 2"))
  }

  @Test func manySamplesAreNotAllNamed() {
    let many: SampleMessage = "left out: \(samples: Array(0..<20))"
    #expect(many.description == "left out: samples 1, 2, 3, 4, 5, 6, 7, 8, ...")
    let two: SampleMessage = "left out: \(samples: [3, 5])"
    #expect(two.described(by: labels) == "left out: rows 30, 50")
  }

  @Test func sentencesAreJoinedBeforeTheyAreLabelled() {
    let sum = "first \(column: 0); " as SampleMessage + "then \(message)"
    #expect(
      sum.described(by: labels)
        == "first column a; then row 40 has 1.5 in column b, beside columns a, c")
    #expect(sum.labelled(labels).described(by: SampleLabels()) == sum.described(by: labels))
  }

  @Test func errorsAreLabelled() {
    let error = ParzenError.unusableSamples(message)
    #expect(error.labelled(labels).description == message.described(by: labels))
    #expect(ParzenError.cancelled.labelled(labels) == .cancelled)
  }
}
