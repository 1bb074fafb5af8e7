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
