import ParzenCore
import ParzenDifferentiation
import ParzenNetworks

/// The training of a score network on whitened samples, with early stopping.
struct ScoreMatchingTraining {
  private let network: ScoreNetwork
  private let options: ScoreMatchingOptions
  private let trained: [Float]
  /// The held-out samples, row by row.
  let heldOut: [Float]
  private var generator: Xoshiro256

  /// The weights at the lowest held-out loss.
  struct Result {
    var parameters: [Float]
    var loss: Double
    /// The steps taken in all.
    var steps: Int
  }

  /// Steps between two looks at the held-out loss.
  private static let checkInterval = 50
  /// The most samples that are held out: they tell the loss well enough, and a look at them takes no longer
  /// than the steps before it, in few dimensions.
  static let mostHeldOut = 4096

  init(_ samples: Matrix, network: ScoreNetwork, options: ScoreMatchingOptions) {
    self.network = network
    self.options = options
    generator = Xoshiro256(seed: options.seed)
    let order = generator.nextPermutation(of: samples.rows)
    let heldOutCount = min(
      max(1, Int(options.heldOut * Double(samples.rows))), samples.rows - 1, Self.mostHeldOut)
    func rows(_ indices: some Sequence<Int>) -> [Float] {
      samples.selectingRows(indices).elements.map { Float($0) }
    }
    heldOut = rows(order.prefix(heldOutCount))
    trained = rows(order.dropFirst(heldOutCount))
  }

  /// Trains until the held-out loss has not fallen for `patience` steps.
  ///
  /// - Throws: `ParzenError.cancelled`.
  consuming func run() throws(ParzenError) -> Result {
    let layout = network.layout
    let optimizer = AdamW(
      beta1: 0.9, beta2: 0.98, weightDecay: 0.01, gradientNorm: 1, averageDecay: 0.99)
    let pass = ScoreNetworkPass<Float>(network, gradients: true)
    let heldOutLoss = HeldOutLoss(heldOut, network: network)
    var state = OptimizerState(parameters: network.initialParameters(using: &generator))
    var gradient = [Float](repeating: 0, count: layout.count)
    var best = Result(
      parameters: state.parameters, loss: heldOutLoss(state.parameters), steps: 0)
    var batches = BatchOrder(count: trained.count / network.dimension)
    var step = 0
    let phase = WorkPhase(parts: options.maximumSteps)
    defer { phase.end() }
    while step < options.maximumSteps, step - best.steps < options.patience {
      step += 1
      try WorkPhase.checkCancellation()
      let points = batches.next(options.batch, using: &generator).flatMap { index in
        trained[index * network.dimension..<(index + 1) * network.dimension]
      }
      let directions = directions(count: points.count * options.directions)
      let isSliced = options.objective == .sliced
      let descent = state.descend(
        optimizer, rate: options.learningRate, layout: layout, gradient: &gradient
      ) { parameters, gradient in
        gradient.withUnsafeMutableBufferPointer {
          pass.loss(
            points, directions: directions, isSliced: isSliced, parameters: parameters,
            gradient: $0.baseAddress!)
        }
      }
      phase.advance()
      guard descent.gradientNorm.isFinite else {
        return Result(parameters: state.average, loss: .nan, steps: step)
      }
      guard step % Self.checkInterval == 0 else { continue }
      let loss = heldOutLoss(state.average)
      guard loss.isFinite else { return Result(parameters: state.average, loss: loss, steps: step) }
      if loss < best.loss { best = Result(parameters: state.average, loss: loss, steps: step) }
    }
    best.steps = step
    return best
  }

  private mutating func directions(count: Int) -> [Float] {
    switch options.objective {
    case .hutchinson: (0..<count).map { _ in Float(generator.nextSign()) }
    case .sliced: (0..<count).map { _ in Float(generator.nextNormal()) }
    }
  }
}

/// Hyvarinen's loss on held-out samples, with the exact trace: the mean of tr J + |s|^2 / 2.
struct HeldOutLoss {
  private let samples: [Float]
  private let network: ScoreNetwork
  private let pass: ScoreNetworkPass<Float>
  /// The samples of a pass.
  private let block: Int

  /// - Parameters:
  ///   - samples: n x d, row by row.
  ///   - mostRows: the rows of a pass, d + 1 for each of its samples.
  init(_ samples: [Float], network: ScoreNetwork, mostRows: Int = 1 << 16) {
    self.samples = samples
    self.network = network
    block = max(1, mostRows / (network.dimension + 1))
    pass = ScoreNetworkPass(network, gradients: false)
  }

  /// - Complexity: O(n d P) time for P weights; memory of a pass.
  func callAsFunction(_ parameters: [Float]) -> Double {
    let d = network.dimension
    let count = samples.count / d
    return stride(from: 0, to: count, by: block).reduce(0) { sum, start in
      let part = Array(samples[start * d..<min(start + block, count) * d])
      let loss = pass.loss(
        part, directions: directions(part.count / d), isSliced: false, parameters: parameters, gradient: nil)
      return sum + loss * (Double(part.count / d) / Double(count))
    }
  }

  /// sqrt(d) times the unit vectors: the mean over them of v . J v is the trace.
  private func directions(_ count: Int) -> [Float] {
    let d = network.dimension
    var result = [Float](repeating: 0, count: d * count * d)
    for axis in 0..<d {
      for row in 0..<count { result[(axis * count + row) * d + axis] = Float(d).squareRoot() }
    }
    return result
  }
}

/// Batches without repetition: a new random order whenever all have been used.
private struct BatchOrder {
  let count: Int
  private var order: [Int] = []

  init(count: Int) { self.count = count }

  mutating func next(_ size: Int, using generator: inout Xoshiro256) -> [Int] {
    let size = min(size, count)
    if order.count < size { order = generator.nextPermutation(of: count) }
    defer { order.removeLast(size) }
    return Array(order.suffix(size))
  }
}
