import ParzenCore

/// The architecture of a network that maps samples to a density: what its weights are.
public protocol NetworkConfiguration: Sendable, Codable, Hashable {
  /// The architecture's name in files of weights, for instance "mixture-transformer".
  static var architecture: String { get }
  /// Names, shapes and places of the parameters.
  var layout: ParameterLayout { get }
  /// All sizes of the architecture: each positive and at most 4,096.
  var sizes: [Int] { get }
  /// Throws unless there is such a network. Training and every reader of weights ask before anything else.
  func validate() throws(ParzenError)
}

extension NetworkConfiguration {
  public func validate() throws(ParzenError) { try checkSizes() }

  /// Throws unless every size is positive and at most 4,096, and the layers are at most 256: a layout has
  /// entries for each.
  func checkSizes(layers: Int = 1) throws(ParzenError) {
    for size in sizes { try Limits.check("a size of the network", size, 1...4096) }
    try Limits.check("the number of layers", layers, 1...256)
  }
}

/// Losses with gradients of a network on batches of contexts; one per thread, its memory used again.
package protocol TrainingPass: AnyObject {
  /// The loss of the contexts' densities at the queries; adds its gradient to `gradient`.
  ///
  /// - Parameters:
  ///   - queries: points of every context, coordinate by coordinate.
  ///   - form: how errors count.
  ///   - parameters, gradient: flat arrays in the order of the configuration's layout.
  func loss(
    _ contexts: WhitenedContexts<Float>, queries: PointBlock<Float>, labels: DensityLabels<Float>,
    form: DensityLossForm, parameters: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>
  ) -> DensityLoss
}

/// How errors of score and log density make a loss.
package struct DensityLossForm: Sendable {
  /// Weight of one point's score error.
  package var scoreWeight: Double
  /// Weight of one point's log-density error.
  package var logDensityWeight: Double
  /// The error from which the pseudo-Huber loss grows linearly; infinite for squared errors.
  package var delta: Double

  package init(scoreWeight: Double, logDensityWeight: Double, delta: Double) {
    self.scoreWeight = scoreWeight
    self.logDensityWeight = logDensityWeight
    self.delta = delta
  }
}
