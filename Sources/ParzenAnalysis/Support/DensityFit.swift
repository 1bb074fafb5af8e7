import ParzenCore

/// A way to estimate a density: n samples (n x d) and the most threads to use, to a density that can be drawn
/// from.
///
/// For instance `{ (samples, threads) throws(ParzenError) in try MixtureTransformer(samples: samples,
/// threads: threads) }`.
public typealias DensityFit =
  @Sendable (_ samples: Matrix, _ threads: Int) throws(ParzenError) ->
  any Distribution
