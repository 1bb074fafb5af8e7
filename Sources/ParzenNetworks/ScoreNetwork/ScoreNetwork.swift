import ParzenCore
import ParzenDifferentiation
import ParzenKernels

/// A small network for the score of one data set, in whitened coordinates: s(z) = net(z) - z, where `net` has
/// hidden layers of equal width with SiLU between them. The untrained network, whose last matrix is zero, is
/// the score of N(0, I).
package struct ScoreNetwork: Sendable {
  package let dimension: Int
  package let width: Int
  package let hiddenLayers: Int
  package let layout: ParameterLayout

  package init(dimension: Int, width: Int, hiddenLayers: Int) {
    precondition(hiddenLayers >= 1, "a score network has a hidden layer")
    self.dimension = dimension
    self.width = width
    self.hiddenLayers = hiddenLayers
    var layout = ParameterLayout()
    for layer in 0...hiddenLayers {
      let (rows, columns) = (layer == 0 ? dimension : width, layer == hiddenLayers ? dimension : width)
      layout.append(matrix: "layer\(layer).w", rows, columns)
      layout.append(vector: "layer\(layer).b", columns)
    }
    self.layout = layout
  }

  /// Parameters to start training from: matrices N(0, 1 / rows) but for the last, which is zero; biases N(0,
  /// 1) in the first layer, so that its units bend at different places, and zero in the others.
  package func initialParameters(using generator: inout some RandomNumberGenerator) -> [Float] {
    layout.entries.flatMap { entry -> [Float] in
      guard !entry.name.hasPrefix("layer\(hiddenLayers)."),
        !entry.isVector || entry.offset < layout["layer1.w"].offset
      else { return [Float](repeating: 0, count: entry.count) }
      let deviation = entry.isVector ? 1 : 1 / Double(entry.rows).squareRoot()
      return (0..<entry.count).map { _ in Float(deviation * generator.nextNormal()) }
    }
  }
}

/// Forward passes and losses of a score network; one per thread, its memory used again.
package final class ScoreNetworkPass<Scalar: KernelScalar> {
  private let network: ScoreNetwork
  private let tape: Tape<Scalar>

  /// - Parameter gradients: whether the losses' gradients are wanted.
  package init(_ network: ScoreNetwork, gradients: Bool) {
    self.network = network
    tape = Tape(records: gradients)
  }

  /// The scores at points, m x d row by row, in whitened coordinates.
  @_specialize(where Scalar == Float)
  package func scores(_ points: [Scalar], parameters: [Scalar]) -> [Scalar] {
    defer { tape.reset() }
    return parameters.withUnsafeBufferPointer { parameters in
      let score = score(
        constant(points, rows: points.count / network.dimension), directions: 0,
        ParameterVariables(
          layout: network.layout, values: UnsafeMutablePointer(mutating: parameters.baseAddress!),
          gradients: nil))
      return Array(UnsafeBufferPointer(start: score.value, count: score.count))
    }
  }

  /// The implicit score-matching loss, see `Tape.scoreMatchingLoss`; adds its gradient to `gradient`.
  ///
  /// - Parameters:
  ///   - points: m x d, row by row.
  ///   - directions: T m directions, T m x d: the first one of every point, then the second ones.
  ///   - isSliced: whether the loss is the sliced one.
  ///   - parameters, gradient: flat arrays in the order of the layout; `gradient` is nil where none is
  ///     wanted.
  @_specialize(where Scalar == Float)
  package func loss(
    _ points: [Scalar], directions: [Scalar], isSliced: Bool, parameters: UnsafePointer<Scalar>,
    gradient: UnsafeMutablePointer<Scalar>?
  ) -> Double {
    let d = network.dimension
    let rows = points.count / d
    let input = constant(points + directions, rows: (points.count + directions.count) / d)
    let score = score(
      input, directions: directions.count / points.count,
      ParameterVariables(
        layout: network.layout, values: UnsafeMutablePointer(mutating: parameters), gradients: gradient))
    let loss = tape.scoreMatchingLoss(score, directions: input.rows(rows..<input.rows), isSliced: isSliced)
    tape.backward()
    tape.reset()
    return loss
  }

  private func constant(_ elements: [Scalar], rows: Int) -> Variable<Scalar> {
    let result = tape.constant(rows, network.dimension)
    elements.withUnsafeBufferPointer { result.value.update(from: $0.baseAddress!, count: elements.count) }
    return result
  }

  /// The scores of points, with tangents.
  private func score(
    _ input: Variable<Scalar>, directions: Int, _ parameters: ParameterVariables<Scalar>
  ) -> Variable<Scalar> {
    var x = input
    for layer in 0..<network.hiddenLayers {
      x = tape.silu(
        tape.linear(x, parameters["layer\(layer).w"]), bias: parameters["layer\(layer).b"],
        directions: directions)
    }
    let minusInput = tape.constant(input.rows, input.columns)
    for i in 0..<input.count { minusInput.value[i] = -input.value[i] }
    let last = network.hiddenLayers
    let score = tape.linear(x, parameters["layer\(last).w"], adding: minusInput)
    _ = tape.addingBias(
      parameters["layer\(last).b"], to: score.rows(0..<input.rows / (1 + directions)))
    return score
  }
}
