import Foundation
import ParzenDifferentiation
import ParzenKernels
import ParzenMixtures
import TestSupport
import Testing

@testable import ParzenNetworks

/// Agreement with the reference implementation: the bar is 1e-4 relative; Float64 is held to far less.
@Suite struct ReferenceAgreementTests {
  static let dimensions = [1, 2, 3, 5]

  @Test(arguments: dimensions) func componentsAgreeInDouble(dimension: Int) throws {
    try componentsAgree(dimension, Double.self, tolerance: 1e-9)
  }

  @Test(arguments: dimensions) func componentsAgreeInFloat(dimension: Int) throws {
    try componentsAgree(dimension, Float.self, tolerance: 1e-4)
  }

  @Test(arguments: dimensions) func logDensityAndScoreAgreeInDouble(dimension: Int) throws {
    try logDensityAndScoreAgree(dimension, Double.self, tolerance: 1e-9)
  }

  @Test(arguments: dimensions) func logDensityAndScoreAgreeInFloat(dimension: Int) throws {
    try logDensityAndScoreAgree(dimension, Float.self, tolerance: 1e-4)
  }

  @Test(arguments: dimensions) func lossAndGradientsAgreeInDouble(dimension: Int) throws {
    try lossAndGradientsAgree(dimension, Double.self, tolerance: 1e-8)
  }

  @Test(arguments: dimensions) func lossAndGradientsAgreeInFloat(dimension: Int) throws {
    try lossAndGradientsAgree(dimension, Float.self, tolerance: 1e-4)
  }

  /// In one dimension every covariance is isotropic, so that both forms are the reference's.
  @Test func lowRankCellsAgreeInOneDimension() throws {
    try componentsAgree(1, Double.self, covariances: .lowRank, tolerance: 1e-9)
    try componentsAgree(1, Float.self, covariances: .lowRank, tolerance: 1e-4)
    try lossAndGradientsAgree(1, Double.self, covariances: .lowRank, tolerance: 1e-8)
    try lossAndGradientsAgree(1, Float.self, covariances: .lowRank, tolerance: 1e-4)
  }

  private func componentsAgree<Scalar: KernelScalar>(
    _ dimension: Int, _: Scalar.Type, covariances: CovarianceForm? = nil, tolerance: Double
  ) throws {
    let model = try ReferenceModel(dimension: dimension)
    let pass = MixtureTransformerPass<Scalar>(
      ReferenceModel.configuration, gradients: false, covariances: covariances)
    let parameters: [Scalar] = try model.parameters("param")
    let mixtures = try model.withInputs(Scalar.self) { contexts, _, _ in
      pass.mixtures(contexts, parameters: parameters, threads: 1)
    }
    #expect(
      relativeError(mixtures.flatMap(\.logWeights), try model.values("out.logw") as [Double]) < tolerance)
    #expect(relativeError(mixtures.flatMap(\.means), try model.values("out.mu") as [Double]) < tolerance)
    let precisions: [Double] = try model.values("out.P")
    let d = dimension
    for (index, packed) in mixtures.flatMap(\.covariances).chunks(of: d * (d + 1) / 2).enumerated() {
      // covariance times the expected precision is the identity
      var full = [Double](repeating: 0, count: d * d)
      var next = packed.startIndex
      for i in 0..<d {
        for j in i..<d {
          full[i * d + j] = packed[next]
          full[j * d + i] = packed[next]
          next += 1
        }
      }
      for i in 0..<d {
        for j in 0..<d {
          let entry = (0..<d).reduce(0.0) { $0 + full[i * d + $1] * precisions[(index * d + $1) * d + j] }
          #expect(abs(entry - (i == j ? 1 : 0)) < 20 * tolerance)
        }
      }
    }
  }

  private func logDensityAndScoreAgree<Scalar: KernelScalar>(
    _ dimension: Int, _: Scalar.Type, tolerance: Double
  ) throws {
    let model = try ReferenceModel(dimension: dimension)
    var parameters: [Scalar] = try model.parameters("param")
    let tape = Tape<Scalar>(records: false)
    let (logDensity, score) = try model.withInputs(Scalar.self) { contexts, queries, _ in
      parameters.withUnsafeMutableBufferPointer { parameters in
        let network = MixtureTransformerNetwork(
          tape: tape, configuration: ReferenceModel.configuration,
          parameters: ParameterVariables(
            layout: ReferenceModel.configuration.layout, values: parameters.baseAddress!, gradients: nil),
          contexts: contexts.count, dimension: dimension, components: contexts.components,
          samples: contexts.samples, covariances: .full, threads: 1)
        let anchors = tape.constant(contexts.count * contexts.components, dimension)
        anchors.value.update(from: contexts.anchors, count: anchors.count)
        let mixture = network.mixture(anchors: anchors)
        let cells = Cells(dimension: dimension, heads: 1, components: contexts.components, rank: 2)
        let result = tape.mixtureEvaluation(
          cells, contexts: contexts.count, points: queries, parameters: mixture.parameters)
        return (
          Array(UnsafeBufferPointer(start: result.logDensity.value, count: result.logDensity.count)),
          Array(UnsafeBufferPointer(start: result.score.value, count: result.score.count))
        )
      }
    }
    #expect(relativeError(logDensity, try model.values("out.logf") as [Double]) < tolerance)
    #expect(
      relativeError(score, try model.coordinates("out.score", count: model.queries) as [Double]) < tolerance)
  }

  private func lossAndGradientsAgree<Scalar: KernelScalar>(
    _ dimension: Int, _: Scalar.Type, covariances: CovarianceForm? = nil, tolerance: Double
  ) throws {
    let model = try ReferenceModel(dimension: dimension)
    let layout = ReferenceModel.configuration.layout
    let pass = MixtureTransformerPass<Scalar>(
      ReferenceModel.configuration, gradients: true, covariances: covariances)
    let parameters: [Scalar] = try model.parameters("param")
    var gradient = [Scalar](repeating: 0, count: layout.count)
    let points = Double(model.contexts * model.queries)
    let bucketWeight = min(3, pow(Double(model.samples) / 256, 0.4))
    let loss = try model.withInputs(Scalar.self) { contexts, queries, labels in
      pass.loss(
        contexts, queries: queries, labels: labels,
        form: .init(
          scoreWeight: bucketWeight / points, logDensityWeight: 0.5 * bucketWeight / points, delta: 3),
        parameters: parameters, gradient: &gradient)
    }
    let expected: [Double] = try model.values("out.loss")
    #expect(abs(loss.score / points / expected[1] - 1) < tolerance)
    #expect(abs(loss.logDensity / points / expected[2] - 1) < tolerance)
    let expectedGradient: [Double] = try model.parameters("grad")
    for entry in layout.entries {
      let range = entry.offset..<entry.offset + entry.count
      let error = relativeError(Array(gradient[range]), Array(expectedGradient[range]))
      #expect(error < tolerance, "\(entry.name)")
    }
  }
}

extension Array {
  func chunks(of size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
  }
}
