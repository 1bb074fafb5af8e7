import Foundation
import ParzenDifferentiation
import ParzenFiles
import ParzenKernels
import ParzenMixtures

@testable import ParzenNetworks

/// A tiny network with inputs, results and gradients in Float64, as the reference implementation in JAX
/// computed them from Float32 inputs (Tests/Reference/make_fixtures.py).
struct ReferenceModel {
  static let configuration = {
    var configuration = MixtureTransformerConfiguration()
    configuration.scalarChannels = 8
    configuration.vectorChannels = 4
    configuration.layers = 2
    configuration.attentionHeads = 2
    configuration.attentionScalarWidth = 4
    configuration.attentionVectorWidth = 2
    configuration.hiddenScalars = 12
    configuration.hiddenVectors = 3
    configuration.mixtureHeads = 2
    configuration.rank = 2
    configuration.maximumComponents = 4
    return configuration
  }()

  let dimension: Int
  let contexts = 2
  let samples = 24
  let queries = 10
  let components = 4
  private let file: SafetensorsFile

  init(dimension: Int) throws {
    self.dimension = dimension
    let url = Bundle.module.url(forResource: "Fixtures/model_d\(dimension)", withExtension: "safetensors")!
    file = try SafetensorsFile(contentsOf: url)
  }

  func values<Scalar: KernelScalar>(_ name: String, as: Scalar.Type = Scalar.self) throws -> [Scalar] {
    try file.doubles(name).map { Scalar($0) }
  }

  /// Points (contexts x count x d) with each context coordinate by coordinate.
  func coordinates<Scalar: KernelScalar>(_ name: String, count: Int) throws -> [Scalar] {
    let rows: [Scalar] = try values(name)
    var result = rows
    for b in 0..<contexts {
      for p in 0..<count {
        for i in 0..<dimension {
          result[(b * dimension + i) * count + p] = rows[(b * count + p) * dimension + i]
        }
      }
    }
    return result
  }

  /// The flat array of "param." or "grad." tensors.
  func parameters<Scalar: KernelScalar>(_ prefix: String) throws -> [Scalar] {
    try Self.configuration.layout.entries.flatMap { entry -> [Scalar] in
      let values: [Scalar] = try values("\(prefix).\(entry.name)")
      precondition(values.count == entry.count)
      return values
    }
  }

  /// Runs `body` with the whitened inputs.
  func withInputs<Scalar: KernelScalar, Result>(
    _: Scalar.Type,
    _ body: (WhitenedContexts<Scalar>, PointBlock<Scalar>, DensityLabels<Scalar>) throws -> Result
  ) throws -> Result {
    let x: [Scalar] = try coordinates("in.x", count: samples)
    let y: [Scalar] = try coordinates("in.y", count: queries)
    let anchors: [Scalar] = try values("in.c0")
    let logDensity: [Scalar] = try values("in.lf")
    let score: [Scalar] = try coordinates("in.s", count: queries)
    let metric: [Scalar] = try values("in.M")
    // One unit for all points of a context, which is what the reference has.
    let perContext: [Scalar] = try values("in.nrm")
    let scale = perContext.flatMap { [Scalar](repeating: $0, count: queries) }
    let logDensityScale = [Scalar](repeating: Scalar(dimension).squareRoot(), count: contexts)
    return try x.withUnsafeBufferPointer { x in
      try y.withUnsafeBufferPointer { y in
        try anchors.withUnsafeBufferPointer { anchors in
          try withExtendedLifetime((logDensity, score, metric, scale, logDensityScale)) {
            try logDensity.withUnsafeBufferPointer { logDensity in
              try score.withUnsafeBufferPointer { score in
                try metric.withUnsafeBufferPointer { metric in
                  try scale.withUnsafeBufferPointer { scale in
                    try logDensityScale.withUnsafeBufferPointer { logDensityScale in
                      try body(
                        WhitenedContexts(
                          count: contexts, dimension: dimension,
                          samples: .exact(PointBlock(x.baseAddress!, count: samples)),
                          anchors: anchors.baseAddress!, components: components),
                        PointBlock(y.baseAddress!, count: queries),
                        DensityLabels(
                          logDensity: logDensity.baseAddress!, score: score.baseAddress!,
                          metric: metric.baseAddress!, scoreScale: scale.baseAddress!,
                          logDensityScale: logDensityScale.baseAddress!))
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
