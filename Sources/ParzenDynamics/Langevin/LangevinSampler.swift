import ParzenCore
import ParzenPlatform

/// Langevin sampling of a density f by its score s, on several chains at once: with a covariance S = L L^T of
/// about the target's and a step e, every chain proposes
///
///     y = x + (e^2 / 2) S s(x) + e L xi,   xi standard normal.
///
/// **Unadjusted**, every proposal is taken. The chain's law is that of f only as e tends to 0: where f is
/// Gaussian with covariance S the variances are too large by the factor 1 / (1 - e^2 / 4), and by more where
/// f has finer structure. **Metropolis-adjusted**, a proposal is taken with probability min(1, f(y) q(x | y)
/// / (f(x) q(y | x))), which leaves f exactly invariant. Its step is tuned during warm-up to accept 57.4 % of
/// the proposals, the optimum in high dimensions.
///
/// Chains do not cross deep valleys between modes: start them at draws, and look at `MarkovChains.splitRHat`.
///
/// Source: G. O. Roberts, R. L. Tweedie, *Exponential convergence of Langevin distributions and their
/// discrete approximations*, Bernoulli 2 (1996); G. O. Roberts, J. S. Rosenthal, *Optimal scaling of discrete
/// approximations to Langevin diffusions*, J. R. Stat. Soc. B 60 (1998).
///
/// ```swift
/// let sampler = try LangevinSampler(target: mixture)
/// let chains = try sampler.sample(count: 500, starts: samples.selectingRows(0..<4), seed: 1)
/// ```
public struct LangevinSampler: Sendable {
  /// Whether proposals are tested.
  public enum Kind: String, Sendable, CaseIterable {
    case unadjusted = "langevin"
    case metropolisAdjusted = "metropolis-langevin"
  }

  /// What is sampled; a `Density` if the chains are adjusted.
  public let target: any Score
  public let kind: Kind
  /// S, d x d.
  public let covariance: Matrix
  /// e, relative to S; nil for a default from the target's scores at the starts, which for the adjusted kind
  /// is tuned.
  public let stepSize: Double?
  /// Steps that are made, and not kept, before the first draw.
  public let warmUp: Int
  /// Steps from one draw to the next.
  public let thinning: Int
  private let factor: Cholesky

  /// The acceptance probability that warm-up aims at.
  static let aim = 0.574

  /// A sampler of a density.
  ///
  /// - Parameters:
  ///   - target: the density, of which the score and, for the adjusted kind, the log density is used.
  ///   - covariance: S, d x d, for instance the covariance of the samples behind an estimate; the identity
  ///     when nil.
  ///   - stepSize: e, positive, relative to S.
  /// - Throws: `ParzenError.invalidOption` if S is not a positive definite d x d matrix, or a number makes no
  ///   sense.
  public init(
    target: any Density, kind: Kind = .metropolisAdjusted, covariance: Matrix? = nil, stepSize: Double? = nil,
    warmUp: Int = 500, thinning: Int = 10
  ) throws(ParzenError) {
    try self.init(
      target, kind: kind, covariance: covariance, stepSize: stepSize, warmUp: warmUp, thinning: thinning)
  }

  /// A sampler of what a score belongs to, without a density: unadjusted. Parameters and errors as for a
  /// density.
  public init(
    score: any Score, covariance: Matrix? = nil, stepSize: Double? = nil, warmUp: Int = 500,
    thinning: Int = 10
  ) throws(ParzenError) {
    try self.init(
      score, kind: .unadjusted, covariance: covariance, stepSize: stepSize, warmUp: warmUp, thinning: thinning
    )
  }

  private init(
    _ target: any Score, kind: Kind, covariance: Matrix?, stepSize: Double?, warmUp: Int, thinning: Int
  ) throws(ParzenError) {
    let covariance = covariance ?? .identity(target.dimension)
    guard covariance.rows == target.dimension, covariance.columns == target.dimension,
      let factor = Cholesky(covariance)
    else {
      throw .invalidOption(
        """
        the covariance for Langevin steps must be positive definite and have \(target.dimension) rows and \
        columns
        """
      )
    }
    guard stepSize.map({ $0 > 0 && $0.isFinite }) ?? true else {
      throw .invalidOption("the step size is \(stepSize!): give a positive number")
    }
    try Limits.check("the warm-up", warmUp, 0...Limits.steps)
    try Limits.check("the thinning", thinning, 1...Limits.steps)
    self.target = target
    self.kind = kind
    self.covariance = covariance
    self.stepSize = stepSize
    self.warmUp = warmUp
    self.thinning = thinning
    self.factor = factor
  }

  /// Runs one chain from every start.
  ///
  /// - Parameters:
  ///   - count: the draws to keep of every chain.
  ///   - starts: the chains' starts, chains x d, best spread as the target is.
  ///   - seed: decides all random numbers; every chain has a stream of its own.
  /// - Throws: `ParzenError.dimensionMismatch` for starts of another dimension; `ParzenError.invalidOption`,
  ///   with the number of the chain, if the target is not finite at a start, or an unadjusted chain escapes
  ///   to where it is not; `ParzenError.cancelled`.
  /// - Complexity: warmUp + count * thinning evaluations of the target at all chains.
  public func sample(count: Int, starts: Matrix, seed: UInt64) throws(ParzenError) -> MarkovChains {
    try target.check(starts)
    guard count >= 1, starts.rows >= 1 else {
      throw .invalidOption("give one chain or more, and one draw or more for each")
    }
    try Limits.checkProduct("the draws", [count, starts.rows, starts.columns])
    var chains = try LangevinChains(target, kind, factor: factor, starts: starts, seed: seed)
    var step = stepSize ?? chains.defaultStep
    var draws = [Matrix](
      repeating: Matrix(rows: count, columns: starts.columns), count: starts.rows)
    let phase = WorkPhase(parts: warmUp + count)
    defer { phase.end() }
    for iteration in 0..<warmUp {
      let acceptance = try chains.advance(step: step)
      phase.advance()
      if kind == .metropolisAdjusted, stepSize == nil {
        // Robbins and Monro's approximation; the mean over all chains makes it steady.
        step *= exp((acceptance - Self.aim) / pow(Double(iteration + 1), 0.6))
      }
    }
    chains.accepted = chains.accepted.map { _ in 0 }
    for draw in 0..<count {
      for _ in 0..<thinning { try chains.advance(step: step) }
      phase.advance()
      let points = chains.points
      for chain in 0..<starts.rows {
        for i in 0..<starts.columns { draws[chain][draw, i] = points[chain, i] }
      }
    }
    let steps = Double(count) * Double(thinning)
    return try MarkovChains(
      draws: draws, acceptanceRates: chains.accepted.map { Double($0) / steps }, stepSize: step)
  }
}

/// Chains in the coordinates z of x = L z, in which S is the identity.
private struct LangevinChains {
  private let target: any Score
  private let kind: LangevinSampler.Kind
  private let lower: Matrix
  private let upper: Matrix
  private var generators: [Xoshiro256]
  /// z, and the gradient of the log density by z: chains x d.
  private var places: Matrix
  private var gradients: Matrix
  private var logDensities: [Double]
  /// Steps made, and proposals taken of every chain.
  private var steps = 0
  var accepted: [Int]

  init(
    _ target: any Score, _ kind: LangevinSampler.Kind, factor: Cholesky, starts: Matrix, seed: UInt64
  ) throws(ParzenError) {
    self.target = target
    self.kind = kind
    lower = factor.lower
    upper = factor.lower.transposed
    generators = (0..<starts.rows).map { Xoshiro256(seed: seed, stream: $0) }
    accepted = [Int](repeating: 0, count: starts.rows)
    places = starts * factor.inverseLower.transposed
    (logDensities, gradients) = ([], places)
    (logDensities, gradients) = try evaluation(at: starts)
    if let chain = (0..<starts.rows).first(where: { !isFinite(logDensities, gradients, $0) }) {
      throw .invalidOption(
        "the density or its score is not finite at the start of chain \(chain + 1): choose another start")
    }
  }

  /// The log density (zeros for unadjusted chains, which do not need it) and its gradient by z at points x.
  private func evaluation(at points: Matrix) throws(ParzenError) -> ([Double], Matrix) {
    guard kind == .metropolisAdjusted, let density = target as? any Density else {
      return ([Double](repeating: 0, count: points.rows), try target.score(at: points) * lower)
    }
    let evaluation = try density.evaluate(at: points)
    return (evaluation.logDensity, evaluation.score * lower)
  }

  /// x, chains x d.
  var points: Matrix { places * upper }

  /// A step to begin with: the optimum for a Gaussian, d^(-1/6) * 1.65, or 0.2 for unadjusted chains, divided
  /// by the root mean square of the gradients where these are larger than those of the standard Gaussian.
  var defaultStep: Double {
    let d = Double(places.columns)
    let information = gradients.elements.reduce(0) { $0 + $1 * $1 } / Double(gradients.elements.count)
    let step = kind == .unadjusted ? 0.2 : 1.65 * pow(d, -1 / 6)
    return step / max(1, information).squareRoot()
  }

  /// Makes one step of all chains.
  ///
  /// - Returns: the mean acceptance probability.
  @discardableResult
  mutating func advance(step: Double) throws(ParzenError) -> Double {
    try WorkPhase.checkCancellation()
    let (count, d) = (places.rows, places.columns)
    var proposals = places
    var noise = [Double](repeating: 0, count: count)  // |xi|^2 / 2
    for chain in 0..<count {
      for i in 0..<d {
        let xi = generators[chain].nextNormal()
        noise[chain] += xi * xi / 2
        proposals[chain, i] += step * step / 2 * gradients[chain, i] + step * xi
      }
    }
    let (proposedLogDensities, proposedGradients) = try evaluation(at: proposals * upper)
    steps += 1
    var acceptance = 0.0
    for chain in 0..<count {
      let finite = isFinite(proposedLogDensities, proposedGradients, chain)
      if kind == .unadjusted {
        guard finite else {
          throw .invalidOption(
            """
            chain \(chain + 1) escaped in step \(steps) to where the density or its score is not finite: use \
            a smaller 
            """
              + "step size, or Metropolis-adjusted steps")
        }
        acceptance += 1
      } else {
        guard finite else { continue }
        var reverse = 0.0
        for i in 0..<d {
          let difference =
            (places[chain, i] - proposals[chain, i]) / step - step / 2 * proposedGradients[chain, i]
          reverse += difference * difference / 2
        }
        let logRatio = proposedLogDensities[chain] - logDensities[chain] - reverse + noise[chain]
        acceptance += min(1, exp(logRatio))
        guard -generators[chain].nextExponential() < logRatio else { continue }
      }
      accepted[chain] += 1
      logDensities[chain] = proposedLogDensities[chain]
      for i in 0..<d {
        places[chain, i] = proposals[chain, i]
        gradients[chain, i] = proposedGradients[chain, i]
      }
    }
    return acceptance / Double(count)
  }
}

private func isFinite(_ logDensities: [Double], _ gradients: Matrix, _ chain: Int) -> Bool {
  logDensities[chain].isFinite && gradients[row: chain].allSatisfy(\.isFinite)
}
