import ParzenCore
import ParzenDifferentiation
import ParzenKernels
import ParzenMixtures
import TestSupport
import Testing

@testable import ParzenNetworks

/// The whole network with low-rank cells: gradients, precision of the samples, threads.
@Suite struct LowRankNetworkTests {
  private func normals(_ count: Int, _ generator: inout Xoshiro256) -> [Double] {
    (0..<count).map { _ in generator.nextNormal() }
  }

  private func mixture(
    _ samples: SamplePoints<Double>, anchors: [Double], dimension: Int, parameters: [Double], threads: Int
  ) -> WhitenedMixture {
    let pass = MixtureTransformerPass<Double>(
      ReferenceModel.configuration, gradients: false, covariances: .lowRank)
    return anchors.withUnsafeBufferPointer {
      pass.mixtures(
        WhitenedContexts(
          count: 1, dimension: dimension, samples: samples, anchors: $0.baseAddress!, components: 4),
        parameters: parameters, threads: threads)[0]
    }
  }

  @Test func threadsChangeNothingAndRoundedSamplesLittle() {
    let (d, n) = (20, 5_000)
    var generator = Xoshiro256(seed: 1)
    let parameters = ReferenceModel.configuration.initialParameters(using: &generator).map { Double($0) }
    let x = normals(d * n, &generator)
    let anchors = normals(d * 4, &generator)
    let (one, three) = x.withUnsafeBufferPointer { x in
      let samples = SamplePoints.exact(PointBlock(x.baseAddress!, count: n))
      return (
        mixture(samples, anchors: anchors, dimension: d, parameters: parameters, threads: 1),
        mixture(samples, anchors: anchors, dimension: d, parameters: parameters, threads: 3)
      )
    }
    #expect(one.logWeights == three.logWeights)
    #expect(one.means == three.means)
    #expect(one.covariances == three.covariances)
    let rounded = x.map { Float($0) }.withUnsafeBufferPointer { x in
      mixture(
        .rounded(PointBlock(x.baseAddress!, count: n)), anchors: anchors, dimension: d,
        parameters: parameters, threads: 2)
    }
    #expect(relativeError(rounded.logWeights, one.logWeights) < 1e-4)
    #expect(relativeError(rounded.means, one.means) < 1e-4)
    #expect(relativeError(rounded.covariances, one.covariances) < 1e-4)
  }

  /// Along a random direction in each parameter array.
  @Test(arguments: [2, 5, 20]) func gradientsAreCentralDifferences(dimension d: Int) {
    let (contexts, n, m) = (2, 140, 6)
    var generator = Xoshiro256(seed: 2, stream: d)
    let configuration = ReferenceModel.configuration
    let parameters = configuration.initialParameters(using: &generator).map {
      Double($0) + 0.1 * generator.nextNormal()
    }
    let x = normals(contexts * d * n, &generator)
    let y = normals(contexts * d * m, &generator)
    let anchors = normals(contexts * 4 * d, &generator)
    let logDensity = normals(contexts * m, &generator)
    let score = normals(contexts * d * m, &generator)
    let metric = normals(contexts * d * d, &generator)
    let scale = [Double](repeating: 1, count: contexts * m)
    let pass = MixtureTransformerPass<Double>(configuration, gradients: true, covariances: .lowRank)

    func loss(_ parameters: [Double], _ gradient: inout [Double]) -> Double {
      withPointers([x, y, anchors, logDensity, score, metric, scale]) { p in
        let loss = pass.loss(
          WhitenedContexts(
            count: contexts, dimension: d, samples: .exact(PointBlock(p[0], count: n)), anchors: p[2],
            components: 4),
          queries: PointBlock(p[1], count: m),
          labels: DensityLabels(
            logDensity: p[3], score: p[4], metric: p[5], scoreScale: p[6],
            logDensityScale: p[6]),
          form: .init(scoreWeight: 1, logDensityWeight: 0.5, delta: 3), parameters: parameters,
          gradient: &gradient)
        return loss.score + 0.5 * loss.logDensity
      }
    }

    var gradient = [Double](repeating: 0, count: parameters.count)
    var ignored = gradient
    _ = loss(parameters, &gradient)
    let step = 1e-5
    for entry in configuration.layout.entries {
      let range = entry.offset..<entry.offset + entry.count
      let direction = normals(entry.count, &generator)
      func shifted(_ sign: Double) -> Double {
        var moved = parameters
        for (i, v) in zip(range, direction) { moved[i] += sign * step * v }
        return loss(moved, &ignored)
      }
      let expected = (shifted(1) - shifted(-1)) / (2 * step)
      let found = zip(range, direction).reduce(0.0) { $0 + gradient[$1.0] * $1.1 }
      let scale = max(1, abs(expected))
      #expect(abs(found - expected) < 1e-5 * scale, "\(entry.name): \(found), not \(expected)")
    }
  }

  private func withPointers<Result>(
    _ arrays: [[Double]], _ body: ([UnsafePointer<Double>]) -> Result
  ) -> Result {
    let flat = arrays.flatMap { $0 }
    return flat.withUnsafeBufferPointer { flat in
      var next = flat.baseAddress!
      return body(
        arrays.map { array in
          defer { next += array.count }
          return next
        })
    }
  }
}
