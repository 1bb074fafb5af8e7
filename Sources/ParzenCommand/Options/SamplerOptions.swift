import ArgumentParser
import Foundation
import Parzen

/// How draws are made.
enum Sampler: String, CaseIterable, ExpressibleByArgument {
  case exact
  case langevin
  case metropolisLangevin = "metropolis-langevin"

  /// The kind of Langevin steps; nil for exact draws.
  var kind: LangevinSampler.Kind? { LangevinSampler.Kind(rawValue: rawValue) }
}

/// How draws are made, and what belongs to it.
struct SamplerOptions: ParsableArguments {
  @Option(
    help: """
      Independent draws (exact), or Markov chains along the score: unadjusted (langevin), with a small bias, \
      or Metropolis-adjusted (metropolis-langevin).
      """)
  var sampler = Sampler.exact

  @Option(
    help: ArgumentHelp("The number of chains, each from one of the samples. (default: 8)", valueName: "n"))
  var chains: Int?

  @Option(
    help: ArgumentHelp("The steps of every chain before its first draw. (default: 500)", valueName: "n"))
  var warmUp: Int?

  @Option(help: ArgumentHelp("The steps from one draw to the next. (default: 10)", valueName: "n"))
  var thinning: Int?

  @Option(
    help: ArgumentHelp(
      """
      The step size, in units of the samples' standard deviations. (default: from the score; \
      metropolis-langevin tunes it in the warm-up)
      """, valueName: "e"))
  var stepSize: Double?

  func validate() throws {
    guard sampler == .exact else {
      return try checkingUsage {
        if let chains { try Limits.check("--chains", chains, 1...Limits.numbers) }
        if let warmUp { try Limits.check("--warm-up", warmUp, 0...Limits.steps) }
        if let thinning { try Limits.check("--thinning", thinning, 1...Limits.steps) }
        if let stepSize { try Limits.checkPositive("--step-size", stepSize) }
      }
    }
    let given = [
      chains.map { _ in "--chains" }, warmUp.map { _ in "--warm-up" }, thinning.map { _ in "--thinning" },
      stepSize.map { _ in "--step-size" },
    ].compactMap(\.self)
    if let first = given.first {
      throw ValidationError(
        "\(first) is for Markov chains: give --sampler metropolis-langevin, or leave it out")
    }
  }
}

extension SamplerOptions {
  /// Draws from a density by Markov chains that start at some of its samples.
  ///
  /// - Parameters:
  ///   - kind: how the chains move.
  ///   - samples: what the density was estimated from, n x d.
  ///   - count: the draws, over all chains.
  ///   - report: takes lines about the chains.
  /// - Returns: the draws, count x d.
  func draw(
    _ kind: LangevinSampler.Kind, from density: any Density, samples: Matrix, count: Int, seed: UInt64,
    _ report: inout Report
  ) throws(ParzenError) -> Matrix {
    try Limits.checkProduct("the draws", [count, samples.columns])
    let chainCount = chains ?? min(8, samples.rows)
    guard chainCount <= samples.rows else {
      throw .invalidOption(
        """
        \(chainCount) chains need as many samples to start from, but there are \(samples.rows): give fewer \
        --chains
        """
      )
    }
    let sampler = try LangevinSampler(
      target: density, kind: kind, covariance: try ParticleMoments(samples).covariance, stepSize: stepSize,
      warmUp: warmUp ?? 500, thinning: thinning ?? 10)
    var generator = Xoshiro256(seed: seed, stream: -1)
    let starts = samples.selectingRows(generator.nextSubset(of: samples.rows, size: chainCount))
    let result = try sampler.sample(
      count: (count + chainCount - 1) / chainCount, starts: starts, seed: seed)
    add(result, kind, to: &report)
    return result.pooled.selectingRows(0..<count)
  }

  private func add(_ chains: MarkovChains, _ kind: LangevinSampler.Kind, to report: inout Report) {
    let acceptance =
      kind == .unadjusted
      ? "every proposal taken" : String(format: "%.1f %% of the proposals taken", 100 * chains.acceptanceRate)
    report.add(
      "chains",
      "\(chains.draws.count), \(acceptance), step size \(short(chains.stepSize)) of the samples' covariance")
    guard let ratio = chains.splitRHat?.max(), let size = chains.effectiveSampleSize?.min() else {
      report.add("", "too short for diagnostics: 8 or more draws for each chain are needed")
      return
    }
    report.add(
      "", String(format: "split R-hat at most %.4f, effective sample size at least %.0f", ratio, size))
    if !(ratio < 1.01) {
      warn(
        String(format: "the chains disagree (split R-hat %.3f, should be below 1.01): ", ratio)
          + "use a longer --warm-up or --thinning, or --sampler exact")
    }
  }
}
