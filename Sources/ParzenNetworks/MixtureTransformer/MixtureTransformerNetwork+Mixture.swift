import ParzenDifferentiation
import ParzenKernels
import ParzenMixtures

/// The Gaussians of the cells and their EM steps.
extension MixtureTransformerNetwork {
  /// What the tokens propose for the Gaussians of their cells.
  ///
  /// - Parameter directions: the tokens' vectors, normalised.
  private func proposals(
    _ name: String, _ tokens: Tokens, _ directions: Variable<Scalar>
  ) -> CellProposals<Scalar> {
    let scalars = tape.normalised(tokens.scalars, gain: parameters["\(name).gain"])
    func biased(_ weight: String, _ bias: String) -> Variable<Scalar> {
      tape.addingBias(
        parameters["\(name).\(bias)"], to: tape.linear(scalars, parameters["\(name).\(weight)"]))
    }
    return CellProposals(
      scalars: perComponent(biased("w", "b")), rankScale: perComponent(biased("lowgate", "lowgate_b")),
      centre: perComponent(tape.linear(tokens.vectors, parameters["\(name).center"])),
      rankVectors: perComponent(tape.linear(directions, parameters["\(name).lowrank"])),
      logCountGain: parameters["\(name).logn"])
  }

  private func full(
    _ name: String, _ tokens: Tokens, _ directions: Variable<Scalar>, _ state: CellState<Scalar>
  ) -> CellGaussians<Scalar> {
    tape.headMixture(
      cells, contexts: contexts, proposals: proposals(name, tokens, directions), state: state,
      base: base)
  }

  private func lowRank(
    _ name: String, _ tokens: Tokens, _ directions: Variable<Scalar>, _ state: CellState<Scalar>
  ) -> LowRankGaussians<Scalar> {
    tape.lowRankMixture(
      cells, contexts: contexts, proposals: proposals(name, tokens, directions), state: state,
      base: base)
  }

  /// Responsibilities and moments of the samples; the next state, and what the tokens are told.
  private func statistics(
    _ name: String, _ tokens: Tokens, _ state: CellState<Scalar>
  ) -> (state: CellState<Scalar>, scalars: Variable<Scalar>, probed: Variable<Scalar>) {
    let directions = tape.normalised(tokens.vectors, dimension: d)
    let probes = perComponent(tape.linear(directions, parameters["\(name).moment.probe"]))
    switch covariances {
    case .full:
      let gaussians = full("\(name).mix", tokens, directions, state)
      let features = tape.naturalParameters(cells, contexts: contexts, gaussians)
      let moments = tape.moments(
        cells, contexts: contexts, samples: samples, features: features, threads: threads)
      return tape.momentStatistics(
        cells, contexts: contexts, samplesCount: samples.total, moments: moments, mean: gaussians.mean,
        features: features, probes: probes)
    case .lowRank:
      let gaussians = lowRank("\(name).mix", tokens, directions, state)
      let natural = tape.naturalParameters(cells, contexts: contexts, gaussians)
      let moments = tape.lowRankMoments(
        cells, contexts: contexts, samples: samples, parameters: natural, probes: probes, threads: threads)
      return tape.momentStatistics(
        cells, contexts: contexts, samplesCount: samples.total, moments: moments, mean: gaussians.mean,
        features: natural.features, directions: natural.directions, probes: probes)
    }
  }

  func expectationStep(_ name: String, _ tokens: inout Tokens, _ state: inout CellState<Scalar>) {
    let (next, scalars, probed) = statistics(name, tokens, state)
    state = next
    let fromScalars = tape.linear(perToken(scalars), parameters["\(name).moment.s"], adding: tokens.scalars)
    tokens.scalars = tape.addingBias(parameters["\(name).moment.b"], to: fromScalars)
    let weight = parameters["\(name).moment.v"]
    let shift = perToken(state.shift).reshaped(contexts * latents * d, cells.heads)
    let second = perToken(probed).reshaped(contexts * latents * d, cells.heads * cells.rank)
    let withShift = tape.linear(shift, weight.rows(0..<cells.heads), adding: tokens.vectors)
    tokens.vectors = tape.linear(second, weight.rows(cells.heads..<weight.rows), adding: withShift)
  }

  /// One Gaussian per latent: the heads' log weights, means and covariances, blended by learned shares.
  func readOut(
    _ tokens: Tokens, _ state: CellState<Scalar>
  ) -> (gaussians: CellGaussians<Scalar>, parameters: Variable<Scalar>) {
    let scalars = tape.normalised(tokens.scalars, gain: parameters["read.gain"])
    let logits = tape.addingBias(parameters["read.pick_b"], to: tape.linear(scalars, parameters["read.pick"]))
    let (share, _) = tape.softmaxOfRows(perComponent(logits), blocks: contexts)
    func blended(_ x: Variable<Scalar>) -> Variable<Scalar> {
      tape.blended(x, share: share, cells: cells, contexts: contexts)
    }
    func gaussians(
      _ logWeight: Variable<Scalar>, _ mean: Variable<Scalar>, _ covariance: Variable<Scalar>
    ) -> CellGaussians<Scalar> {
      CellGaussians(
        logWeight: tape.logSoftmax(blended(logWeight)), mean: blended(mean), covariance: covariance)
    }
    let directions = tape.normalised(tokens.vectors, dimension: d)
    let mixture: CellGaussians<Scalar>
    switch covariances {
    case .full:
      let heads = full("read", tokens, directions, state)
      mixture = gaussians(heads.logWeight, heads.mean, blended(heads.covariance))
    case .lowRank:
      let heads = lowRank("read", tokens, directions, state)
      mixture = gaussians(
        heads.logWeight, heads.mean,
        tape.blendedCovariance(heads, share: share, cells: cells, contexts: contexts))
    }
    let mixtureCells = Cells(dimension: d, heads: 1, components: latents, rank: cells.rank)
    return (mixture, tape.naturalParameters(mixtureCells, contexts: contexts, mixture))
  }
}
