import ParzenCore

/// Where the score of the particles' density comes from.
///
/// ```swift
/// let source = ScoreSource(name: "kernels") { (positions) throws(ParzenError) in
///   try KernelDensity(samples: positions)
/// }
/// ```
public struct ScoreSource: Sendable {
  /// The method, for reports.
  public let name: String
  /// The log density and the score at particles (n x d), at a time.
  let evaluate: @Sendable (Matrix, Double) throws(ParzenError) -> DensityEvaluation

  /// A density that is estimated anew from the particles whenever they have moved.
  ///
  /// - Parameter fit: makes the estimate from particles, n x d.
  public init(name: String, fit: @escaping @Sendable (Matrix) throws(ParzenError) -> any Density) {
    self.name = name
    evaluate = { (positions, _) throws(ParzenError) in try fit(positions).evaluate(at: positions) }
  }

  /// The exact density of an equation's solution from a start.
  ///
  /// - Throws: `ParzenError.invalidOption` if it is not known in closed form.
  public init(exactSolutionOf equation: any ParticleEquation, from start: any Density) throws(ParzenError) {
    guard equation.exactDensity(after: 0, from: start) != nil else {
      throw .invalidOption(
        """
        the exact density is known for a linear force from a mixture of Gaussians, and for the Landau \
        equation with
        """
          + " gamma 0 from the Bobylev-Krook-Wu density: estimate it instead")
    }
    name = "exact score"
    evaluate = { (positions, time) throws(ParzenError) in
      guard let density = equation.exactDensity(after: time, from: start) else {
        throw .invalidOption("the exact density at time \(time) is singular: use a smaller step")
      }
      return try density.evaluate(at: positions)
    }
  }
}
