import Foundation
import ParzenCore
import ParzenDifferentiation
import ParzenKernels
import ParzenMixtures
import Testing

@testable import ParzenNetworks

@Suite struct CrossAttentionTests {
  /// A small network with generic parameters, and points for it.
  private struct Case {
    let configuration: CrossAttentionConfiguration
    let parameters: [Double]
    let samples: [Double]
    let queries: [Double]

    init(dimension d: Int, samples n: Int, queries m: Int, squaredNorm: Bool = true, seed: UInt64 = 7) {
      var configuration = CrossAttentionConfiguration()
      configuration.dimension = d
      configuration.width = 12
      configuration.heads = 3
      configuration.layers = 2
      configuration.hiddenWidth = 20
      configuration.squaredNorm = squaredNorm
      var generator = Xoshiro256(seed: seed)
      self.configuration = configuration
      parameters = configuration.initialParameters(using: &generator).map {
        Double($0) + 0.1 * generator.nextNormal()
      }
      samples = (0..<n * d).map { _ in generator.nextNormal() }
      queries = (0..<m * d).map { _ in generator.nextNormal() }
    }

    func context(_ parameters: [Double]? = nil) -> CrossAttentionContext<Double> {
      CrossAttentionContext(
        configuration, parameters: parameters ?? self.parameters, samples: samples, threads: 1)
    }
  }

  /// The network in the plainest form: one query, loops over everything.
  private func naive(_ test: Case, _ query: [Double]) -> [Double] {
    let c = test.configuration
    let (d, n, layout) = (c.dimension, test.samples.count / c.dimension, c.layout)
    func parameter(_ name: String, _ i: Int, _ j: Int) -> Double {
      let entry = layout[name]
      return test.parameters[entry.offset + i * entry.columns + j]
    }
    func product(_ x: [Double], _ name: String) -> [Double] {
      (0..<layout[name].columns).map { j in x.indices.reduce(0) { $0 + x[$1] * parameter(name, $1, j) } }
    }
    func plus(_ x: [Double], _ name: String) -> [Double] { x.indices.map { x[$0] + parameter(name, 0, $0) } }
    func norm(_ x: [Double], _ name: String) -> [Double] {
      let mean = x.reduce(0, +) / Double(x.count)
      let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
      return x.indices.map {
        (x[$0] - mean) / (variance + 1e-6).squareRoot() * parameter("\(name).gain", 0, $0)
          + parameter("\(name).bias", 0, $0)
      }
    }
    func token(_ x: [Double]) -> [Double] {
      var features = x
      if c.squaredNorm { features.append(x.reduce(0) { $0 + $1 * $1 } / Double(d)) }
      features.append(6 / Double(n).squareRoot())
      return plus(product(features, "embed.w"), "embed.b")
    }
    func gelu(_ x: Double) -> Double {
      0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    }
    func layer(_ l: Int, _ x: [Double], _ others: [[Double]]) -> [Double] {
      let name = "layer\(l)"
      let q = product(norm(x, "\(name).attn"), "\(name).attn.q")
      let k = others.map { product(norm($0, "\(name).attn"), "\(name).attn.k") }
      let v = others.map { product(norm($0, "\(name).attn"), "\(name).attn.v") }
      let width = c.width / c.heads
      var attended = [Double](repeating: 0, count: c.width)
      for head in 0..<c.heads {
        let range = head * width..<(head + 1) * width
        let weights = k.map { k in exp(range.reduce(0) { $0 + q[$1] * k[$1] } / Double(width).squareRoot()) }
        let total = weights.reduce(0, +)
        for i in range { attended[i] = v.indices.reduce(0) { $0 + weights[$1] * v[$1][i] } / total }
      }
      let change = plus(product(attended, "\(name).attn.o"), "\(name).attn.o_b")
      let y = x.indices.map { x[$0] + change[$0] }
      let hidden = plus(product(norm(y, "\(name).ffn"), "\(name).ffn.in"), "\(name).ffn.in_b").map(gelu)
      let out = plus(product(hidden, "\(name).ffn.out"), "\(name).ffn.out_b")
      return y.indices.map { y[$0] + out[$0] }
    }
    var samples = (0..<n).map { token(Array(test.samples[$0 * d..<($0 + 1) * d])) }
    var x = token(query)
    for l in 0..<c.layers {
      let next = samples.map { layer(l, $0, samples) }
      x = layer(l, x, samples)
      samples = next
    }
    let last = norm(x, "read")
    return plus(product(last, "read.t"), "read.t_b") + plus(product(last, "read.s"), "read.s_b")
  }

  @Test(arguments: [(1, true), (2, false), (3, true)])
  func agreesWithPlainLoops(dimension d: Int, squaredNorm: Bool) {
    let test = Case(dimension: d, samples: 9, queries: 4, squaredNorm: squaredNorm)
    let (logDensity, score) = test.context().evaluate(at: test.queries, threads: 1)
    for p in 0..<4 {
      let expected = naive(test, Array(test.queries[p * d..<(p + 1) * d]))
      let found = [logDensity[p]] + score[p * d..<(p + 1) * d]
      for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-12 * max(1, abs(b))) }
    }
  }

  @Test func doesNotDependOnThreadsNorOnBatches() {
    let test = Case(dimension: 2, samples: 500, queries: 401)
    let one = test.context()
    let several = CrossAttentionContext<Double>(
      test.configuration, parameters: test.parameters, samples: test.samples, threads: 3)
    let all = one.evaluate(at: test.queries, threads: 1)
    #expect(all == several.evaluate(at: test.queries, threads: 2))
    let few = one.evaluate(at: Array(test.queries[20..<30]), threads: 1)
    for i in 0..<5 { #expect(abs(few.logDensity[i] - all.logDensity[10 + i]) < 1e-12) }
  }

  @Test func orderOfSamplesIsRounding() {
    let test = Case(dimension: 2, samples: 60, queries: 5)
    let reversed = (0..<60).reversed().flatMap { test.samples[$0 * 2..<$0 * 2 + 2] }
    let other = CrossAttentionContext<Double>(
      test.configuration, parameters: test.parameters, samples: reversed, threads: 1)
    let (a, b) = (
      test.context().evaluate(at: test.queries, threads: 1), other.evaluate(at: test.queries, threads: 1)
    )
    for (x, y) in zip(a.score, b.score) { #expect(abs(x - y) < 1e-12) }
  }

  /// Central differences of a loss along random directions of the parameters.
  private func check(
    _ parameters: [Double], gradient: [Double], tolerance: Double, loss: ([Double]) -> Double
  ) {
    var generator = Xoshiro256(seed: 11)
    for _ in 0..<4 {
      let direction = parameters.map { _ in generator.nextNormal() }
      let step = 1e-5
      let difference =
        (loss(zip(parameters, direction).map { $0 + step * $1 })
          - loss(zip(parameters, direction).map { $0 - step * $1 })) / (2 * step)
      let expected = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(difference - expected) < tolerance * max(1, abs(expected)), "\(difference) \(expected)")
    }
  }

  /// The residual S - grad_y T by central differences of T.
  private func consistencyByDifferences(_ test: Case, _ parameters: [Double]) -> Double {
    let d = test.configuration.dimension
    let context = test.context(parameters)
    let score = context.evaluate(at: test.queries, threads: 1).score
    var sum = 0.0
    for i in 0..<d {
      func logDensity(_ step: Double) -> [Double] {
        let moved = test.queries.indices.map { test.queries[$0] + ($0 % d == i ? step : 0) }
        return context.evaluate(at: moved, threads: 1).logDensity
      }
      let (up, down) = (logDensity(1e-5), logDensity(-1e-5))
      for p in up.indices {
        let residual = score[p * d + i] - (up[p] - down[p]) / 2e-5
        sum += residual * residual
      }
    }
    return sum / Double(test.queries.count / d)
  }

  @Test func weightsAreRepetition() {
    let test = Case(dimension: 2, samples: 9, queries: 40)
    let weights = (0..<9).map { Double(1 + $0 % 3) }
    let repeated = (0..<9).flatMap { row in
      (0..<Int(weights[row])).flatMap { _ in test.samples[2 * row..<2 * row + 2] }
    }
    func context(_ samples: [Double], _ weights: [Double]?) -> CrossAttentionContext<Double> {
      CrossAttentionContext(
        test.configuration, parameters: test.parameters, samples: samples, weights: weights, threads: 1)
    }
    let expected = context(repeated, nil).evaluate(at: test.queries, threads: 1)
    let found = context(test.samples, weights).evaluate(at: test.queries, threads: 1)
    for (a, b) in zip(found.logDensity + found.score, expected.logDensity + expected.score) {
      #expect(abs(a - b) < 1e-12 * max(1, abs(b)))
    }
    var gradients = [[Double]](repeating: [Double](repeating: 0, count: test.parameters.count), count: 2)
    let pass = CrossAttentionPass<Double>(test.configuration)
    let losses = [(repeated, nil), (test.samples, weights)].enumerated().map { index, input in
      pass.consistencyLoss(
        samples: input.0, weights: input.1, queries: test.queries, parameters: test.parameters,
        gradient: &gradients[index])
    }
    #expect(abs(losses[0] - losses[1]) < 1e-12 * losses[0])
    for (a, b) in zip(gradients[0], gradients[1]) { #expect(abs(a - b) < 1e-9 * max(1, abs(a))) }
  }

  @Test func aFixedTargetLeavesTheLogDensityHeadAlone() {
    let test = Case(dimension: 2, samples: 9, queries: 40)
    var gradient = [Double](repeating: 0, count: test.parameters.count)
    _ = CrossAttentionPass<Double>(test.configuration).consistencyLoss(
      samples: test.samples, queries: test.queries, parameters: test.parameters, targetMoves: false,
      gradient: &gradient)
    func part(_ name: String) -> ArraySlice<Double> {
      let entry = test.configuration.layout[name]
      return gradient[entry.offset..<entry.offset + entry.count]
    }
    #expect(part("read.t").allSatisfy { $0 == 0 } && part("read.s").contains { $0 != 0 })
  }

  @Test(arguments: [(1, true), (2, true), (3, false)])
  func consistencyLossHasTheRightSecondDerivative(dimension: Int, squaredNorm: Bool) {
    let test = Case(dimension: dimension, samples: 11, queries: 70, squaredNorm: squaredNorm)
    let pass = CrossAttentionPass<Double>(test.configuration)
    var gradient = [Double](repeating: 0, count: test.parameters.count)
    let loss = pass.consistencyLoss(
      samples: test.samples, queries: test.queries, parameters: test.parameters, gradient: &gradient)
    #expect(abs(loss - consistencyByDifferences(test, test.parameters)) < 1e-7 * max(1, loss))
    check(test.parameters, gradient: gradient, tolerance: 1e-6) { parameters in
      var ignored = gradient
      return pass.consistencyLoss(
        samples: test.samples, queries: test.queries, parameters: parameters, gradient: &ignored)
    }
  }

  @Test func trainingGradientAgreesWithDifferences() {
    let (d, n, m, contexts) = (2, 10, 6, 3)
    let test = Case(dimension: d, samples: n * contexts, queries: m * contexts)
    let pass = CrossAttentionPass<Double>(test.configuration)
    var generator = Xoshiro256(seed: 5)
    func numbers(_ count: Int) -> [Double] { (0..<count).map { _ in generator.nextNormal() } }
    let (logDensity, score, metric) = (
      numbers(contexts * m), numbers(contexts * m * d), numbers(contexts * d * d)
    )
    let scale = (0..<contexts * m).map { _ in 1 + generator.nextUniform() }
    func loss(_ parameters: [Double], _ gradient: inout [Double]) -> Double {
      gradient.withUnsafeMutableBufferPointer { gradient in
        let loss = pass.loss(
          contexts: contexts, samples: PointBlock(test.samples, count: n),
          queries: PointBlock(test.queries, count: m),
          labels: DensityLabels(
            logDensity: logDensity, score: score, metric: metric, scoreScale: scale, logDensityScale: scale),
          form: .init(scoreWeight: 1, logDensityWeight: 0.5, delta: .infinity), parameters: parameters,
          gradient: gradient.baseAddress!)
        return loss.score + 0.5 * loss.logDensity
      }
    }
    var gradient = [Double](repeating: 0, count: test.parameters.count)
    _ = loss(test.parameters, &gradient)
    check(test.parameters, gradient: gradient, tolerance: 1e-6) { parameters in
      var ignored = gradient
      return loss(parameters, &ignored)
    }
  }
}
