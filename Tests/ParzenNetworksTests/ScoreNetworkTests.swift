import ParzenCore
import ParzenDifferentiation
import Testing

@testable import ParzenNetworks

@Suite struct ScoreNetworkTests {
  /// A network with random weights in all layers, points and directions.
  private struct Case {
    let network: ScoreNetwork
    var parameters: [Double]
    let points: [Double]
    let directions: [Double]
    let pass: ScoreNetworkPass<Double>
    let isSliced: Bool
    let directionCount: Int

    init(dimension d: Int, directions count: Int, isSliced: Bool, seed: UInt64) {
      var generator = Xoshiro256(seed: seed)
      network = ScoreNetwork(dimension: d, width: 7, hiddenLayers: 2)
      parameters = (0..<network.layout.count).map { _ in 0.5 * generator.nextNormal() }
      points = (0..<5 * d).map { _ in generator.nextNormal() }
      directions = (0..<5 * count * d).map { _ in generator.nextNormal() }
      pass = ScoreNetworkPass(network, gradients: true)
      self.isSliced = isSliced
      directionCount = count
    }

    func loss(_ parameters: [Double], gradient: inout [Double]) -> Double {
      gradient.withUnsafeMutableBufferPointer {
        pass.loss(
          points, directions: directions, isSliced: isSliced, parameters: parameters,
          gradient: $0.baseAddress!)
      }
    }

    /// The loss from scores alone, with v . J v by central differences of the fourth order.
    var naiveLoss: Double {
      let (d, step) = (network.dimension, 1e-3)
      let scores = pass.scores(points, parameters: parameters)
      var sum = 0.0
      for t in 0..<directionCount {
        let v = Array(directions[t * points.count..<(t + 1) * points.count])
        func moved(_ factor: Double) -> [Double] {
          pass.scores(zip(points, v).map { $0 + factor * step * $1 }, parameters: parameters)
        }
        let (near, far) = (zip(moved(1), moved(-1)), zip(moved(2), moved(-2)))
        for (index, ((a, b), (c, e))) in zip(near, far).enumerated() {
          sum += v[index] * (8 * (a - b) - (c - e)) / (12 * step)
        }
        for row in stride(from: 0, to: points.count, by: d) {
          let s = scores[row..<row + d]
          let slice = zip(v[row..<row + d], s).reduce(0) { $0 + $1.0 * $1.1 }
          sum += (isSliced ? slice * slice : s.reduce(0) { $0 + $1 * $1 }) / 2
        }
      }
      return sum / Double(points.count / d * directionCount)
    }
  }

  @Test(arguments: [1, 2, 5], [1, 3]) func lossIsThatOfTheFormula(dimension: Int, directions: Int) {
    for isSliced in [false, true] {
      let example = Case(dimension: dimension, directions: directions, isSliced: isSliced, seed: 1)
      var gradient = [Double](repeating: 0, count: example.parameters.count)
      let (loss, naive) = (example.loss(example.parameters, gradient: &gradient), example.naiveLoss)
      #expect(abs(loss - naive) < 1e-9 * max(1, abs(naive)), "\(loss) \(naive)")
    }
  }

  @Test(arguments: [1, 2, 5], [1, 3]) func gradientIsThatOfCentralDifferences(dimension: Int, directions: Int)
  {
    for isSliced in [false, true] {
      let example = Case(dimension: dimension, directions: directions, isSliced: isSliced, seed: 2)
      var generator = Xoshiro256(seed: 3)
      var gradient = [Double](repeating: 0, count: example.parameters.count)
      _ = example.loss(example.parameters, gradient: &gradient)
      // One random direction in each parameter array, so that none hides behind the others.
      for entry in example.network.layout.entries {
        let (step, range) = (1e-3, entry.offset..<entry.offset + entry.count)
        let direction = range.map { _ in generator.nextNormal() }
        func loss(_ factor: Double) -> Double {
          var moved = example.parameters
          for (i, change) in zip(range, direction) { moved[i] += factor * step * change }
          var ignored = gradient
          return example.loss(moved, gradient: &ignored)
        }
        let difference = (8 * (loss(1) - loss(-1)) - (loss(2) - loss(-2))) / (12 * step)
        let derivative = zip(range, direction).reduce(0) { $0 + gradient[$1.0] * $1.1 }
        #expect(abs(derivative - difference) < 1e-8 * max(1, abs(difference)), "\(entry.name)")
      }
    }
  }

  @Test func untrainedNetworkIsTheStandardNormalScore() {
    let network = ScoreNetwork(dimension: 3, width: 16, hiddenLayers: 2)
    var generator = Xoshiro256(seed: 4)
    let parameters = network.initialParameters(using: &generator)
    #expect(parameters.count == network.layout.count)
    let points = (0..<30).map { _ in Float(generator.nextNormal()) }
    let scores = ScoreNetworkPass<Float>(network, gradients: false).scores(points, parameters: parameters)
    #expect(scores == points.map { -$0 })
  }
}
