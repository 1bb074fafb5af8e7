import ParzenCore
import ParzenDistributions
import ParzenEstimators
import ParzenPlatform

/// Tables 1 and 6: what becomes of an estimate when the samples are transformed.
extension PublishedTable {
  /// Relative squared error of the score, (sum |s'(yA + b) A^T - s(y)|^2) / sum |s(y)|^2, of `gmm-sharp`.
  static func symmetry(_ plan: Plan) throws(ParzenError) -> PublishedTable {
    let maps = [
      SymmetryTest(name: "permutation", published: "0", permutes: true),
      SymmetryTest(name: "shift", published: "0", shift: 3),
      SymmetryTest(name: "scale", published: "0") { _ in .init(rows: 2, columns: 2, elements: [7, 0, 0, 7]) },
      SymmetryTest(name: "rotation", published: "5e-4") { .randomOrthogonal(2, using: &$0) },
      SymmetryTest(name: "full affine map", published: "1e-4", shift: -2) {
        .randomOrthogonal(2, using: &$0) * Matrix(rows: 2, columns: 2, elements: [1.5, 0.6, 0, 0.5])
      },
    ]
    let methods = try plan.methods(["mixture", "cross-attention", "cross-attention-single"])
    var rows = [["map"] + methods.map(\.name) + ["paper"]]
    for map in maps {
      var texts = [map.name]
      for method in methods { texts.append(try map.errors(of: method, plan).text) }
      rows.append(texts + [map.published])
    }
    return PublishedTable(
      number: 1, title: "Symmetry, d = 2, n = 512: relative MSE of the score after the map", rows: rows)
  }

  /// Whitening switched off, for samples at a scale that was not in training.
  static func whitening(_ plan: Plan) throws(ParzenError) -> PublishedTable {
    let scale = 4.0
    let family = try TargetFamily.named("gmm")
    let scaled = TargetFamily(name: "gmm", summary: "gmm times \(scale)", dimensions: 1...1) {
      let target = family.draw(dimension: $0, using: &$1)
      guard
        let scaled = try? AffineImage(
          target, matrix: .init(rows: 1, columns: 1, elements: [scale]), shift: [0])
      else { preconditionFailure("a positive scale is invertible") }
      return scaled
    }
    let methods = [
      EvaluationMethod(name: "whitened") {
        try CrossAttentionTransformer(samples: $0, network: nil, threads: 1)
      },
      EvaluationMethod(name: "not whitened") {
        try CrossAttentionTransformer(unwhitenedSamples: $0, threads: 1)
      },
    ]
    let cells = Evaluation(
      targets: [scaled], dimensions: [1], sizes: [1024], methods: methods, contexts: plan.contexts,
      seed: plan.seed, threads: plan.threads
    ).run()
    let header = ["figure", "whitened", "not whitened", "paper, whitened", "paper, not"]
    let scores = ["score MSE"] + cells.map(\.scoreError.text) + ["0.020", "1.136"]
    let densities = ["log-density MSE"] + cells.map(\.logDensityError.text) + ["0.123", "1.593"]
    return PublishedTable(
      number: 6, title: "Cross-attention with and without whitening, gmm times 4, d = 1, n = 1,024",
      rows: [header, scores, densities])
  }
}

/// What becomes of a score when samples and queries are mapped, x -> x A + b, or the samples reordered.
private struct SymmetryTest: Sendable {
  var name: String
  var published: String
  var shift = 0.0
  var permutes = false
  /// A, d x d.
  var matrix: @Sendable (inout Xoshiro256) -> Matrix = { _ in .identity(2) }

  /// (sum |s'(y A + b) A^T - s(y)|^2) / sum |s(y)|^2, with s' estimated from the mapped samples.
  func errors(
    of method: EvaluationMethod, _ plan: PublishedTable.Plan
  ) throws(ParzenError) -> Measurement? {
    let source = ContextSource(seed: plan.seed)
    let family = try TargetFamily.named("gmm-sharp")
    guard let fit = method.fit else { return nil }
    var ratios: [Double] = []
    for index in 0..<plan.contexts {
      let context = source.context(index, of: family, dimension: 2, size: 512)
      var generator = Xoshiro256(seed: plan.seed, stream: 1, index)
      let matrix = matrix(&generator)
      func mapped(_ points: Matrix) -> Matrix {
        var result = points * matrix
        for i in result.elements.indices { result.elements[i] += shift }
        return result
      }
      let rows = context.samples.rows
      let order = permutes ? generator.nextPermutation(of: rows) : Array(0..<rows)
      guard let before = try? fit(context.samples).score(at: context.queries),
        let after = try? fit(mapped(context.samples.selectingRows(order))).score(at: mapped(context.queries))
      else { return nil }
      let back = after * matrix.transposed
      var (error, size) = (0.0, 0.0)
      for (new, old) in zip(back.elements, before.elements) {
        error += (new - old) * (new - old)
        size += old * old
      }
      ratios.append(error / size)
    }
    return Measurement(meanOf: ratios)
  }
}
