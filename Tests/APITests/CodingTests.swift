import Foundation
import Parzen
import Testing

/// Values as JSON, and what is refused.
@Suite struct CodingTests {
  private func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }

  @Test(arguments: [1, 3]) func mixturesComeBackToTheBit(d: Int) throws {
    var generator = Xoshiro256(seed: 7, stream: d)
    for _ in 0..<20 {
      for mixture in [
        GaussianMixturePrior().draw(dimension: d, using: &generator),
        RotatedGaussianMixturePrior().draw(dimension: d, using: &generator),
      ] {
        let mixture = try #require(mixture as? GaussianMixture)
        let decoded = try JSONDecoder().decode(GaussianMixture.self, from: JSONEncoder().encode(mixture))
        #expect(decoded == mixture)
      }
    }
  }

  @Test(arguments: [
    #"{"means": [[0]], "deviations": [[1]]}"#,
    #"{"weights": [], "means": [], "deviations": []}"#,
    #"{"weights": [1], "means": [[]], "deviations": [[]]}"#,
    #"{"weights": [1], "means": [[0, 1]], "deviations": [[1]]}"#,
    #"{"weights": [0.5, 0.5], "means": [[0], [0, 1]], "deviations": [[1], [1]]}"#,
    #"{"weights": [0.5, 0.6], "means": [[0], [1]], "deviations": [[1], [1]]}"#,
    #"{"weights": [1.5, -0.5], "means": [[0], [1]], "deviations": [[1], [1]]}"#,
    #"{"weights": [1], "means": [[0]], "deviations": [[0]]}"#,
    #"{"weights": [1], "means": [[0, 0]], "factors": [[1, 0.5]]}"#,
    #"{"weights": [1], "means": [[0, 0]], "factors": [[1, 0.5, -1]]}"#,
    #"{"weights": [1], "means": [[0, 0]]}"#,
  ])
  func senselessMixturesAreRefused(text: String) {
    #expect(throws: DecodingError.self) { try decode(GaussianMixture.self, text) }
  }

  /// An estimate by score matching has a finite description, its network's weights.
  @Test func scoresComeBackToTheBit() throws {
    var generator = Xoshiro256(seed: 8)
    let samples = Matrix((0..<60).map { _ in [1e6 + generator.nextNormal(), 1e-3 * generator.nextNormal()] })
    var options = ScoreMatchingOptions(objective: .sliced)
    (options.width, options.maximumSteps) = (8, 60)
    let estimate = try ScoreMatching(samples: samples, options: options)
    let text = String(decoding: try JSONEncoder().encode(estimate), as: UTF8.self)
    let decoded = try decode(ScoreMatching.self, text)
    #expect(try decoded.score(at: samples) == estimate.score(at: samples))
    #expect(decoded.options == options && decoded.steps == 60)
    #expect(decoded.heldOutLoss == estimate.heldOutLoss)
    for (old, new) in [
      (#""width":8"#, #""width":9"#), (#""width":8"#, #""width":4611686018427387904"#),
      (#""hiddenLayers":2"#, #""hiddenLayers":0"#), (#""weights":["#, #""weights":[1,"#),
      (#""scale":["#, #""scale":[1,"#), (#""form":"principal""#, #""form":"oblique""#),
      (#""steps":60"#, #""steps":60,"more":1"#), (#""elements":["#, #""elements":[3,"#),
    ] {
      #expect(text.contains(old))
      #expect(throws: (any Error).self, "\(new)") {
        try decode(ScoreMatching.self, text.replacing(old, with: new))
      }
    }
    // An older version may not have had an option.
    let older = text.replacing(/"patience":\d+,/, with: "").replacing(/,"patience":\d+/, with: "")
    #expect(older != text)
    #expect(try decode(ScoreMatching.self, older).options.patience == ScoreMatchingOptions().patience)
  }

  @Test func whiteningsComeBackToTheBit() throws {
    var generator = Xoshiro256(seed: 9)
    let samples = Matrix(
      (0..<40).map { _ in [7 + generator.nextNormal(), 1e9 * generator.nextNormal(), generator.nextNormal()] }
    )
    for form in [Whitening.Form.principal, .symmetric] {
      let whitening = try Whitening(samples: samples, form: form)
      let decoded = try JSONDecoder().decode(Whitening.self, from: JSONEncoder().encode(whitening))
      #expect(try decoded.whiten(samples) == whitening.whiten(samples))
      #expect(decoded.logDeterminant == whitening.logDeterminant)
    }
    let (fine, turned) = ("[1, 0, 0, 1]", "[1, 0, 1, 1]")
    for (axes, scale, isFine) in [
      (fine, "1", true), (turned, "1", false), (fine, "0", false), (fine, "-1", false),
    ] {
      let text = """
        {"mean": [0, 0], "remainder": [0, 0], "scale": [1, \(scale)], "variances": [1, 1], "form": \
        "principal",
        "axes": {"rows": 2, "columns": 2, "elements": \(axes)}}
        """
      #expect(((try? decode(Whitening.self, text)) != nil) == isFine, "\(axes), \(scale)")
    }
  }

  @Test func matricesComeBackAndMustFit() throws {
    let matrix = Matrix([[1, 2, 3], [4, 5, 1e-300]])
    #expect(try JSONDecoder().decode(Matrix.self, from: JSONEncoder().encode(matrix)) == matrix)
    for text in [
      #"{"rows": 2, "columns": 2, "elements": [1, 2, 3]}"#,
      #"{"rows": -1, "columns": -3, "elements": [1, 2, 3]}"#,
      #"{"rows": 4611686018427387904, "columns": 4, "elements": []}"#,
    ] {
      #expect(throws: DecodingError.self) { try decode(Matrix.self, text) }
    }
  }

  @Test func elementsAreChangedInPlace() {
    var matrix = Matrix([[1, 2], [3, 4]])
    matrix.withUnsafeMutableElements { elements in
      for i in elements.indices { elements[i] *= 10 }
    }
    #expect(matrix == Matrix([[10, 20], [30, 40]]))
  }
}
