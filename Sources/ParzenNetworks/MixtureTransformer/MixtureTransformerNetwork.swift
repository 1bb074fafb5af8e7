import ParzenDifferentiation
import ParzenKernels
import ParzenMixtures
import ParzenPlatform

/// The mixture transformer on a tape: whitened samples and their anchors in, natural parameters of a Gaussian
/// mixture out, for several contexts of equal shape at once.
///
/// A layer is an exact EM step in several heads, which the network corrects: responsibilities and moments of
/// the samples (linear in their number), then self-attention and a feed-forward block among the latent
/// tokens. Scalar channels are built from rotation invariants only, vector channels are mixed by scalar
/// weights only, so that the map commutes with rotations in every dimension.
struct MixtureTransformerNetwork<Scalar: KernelScalar> {
  let tape: Tape<Scalar>
  let configuration: MixtureTransformerConfiguration
  let parameters: ParameterVariables<Scalar>
  let contexts: Int
  let samples: SamplePoints<Scalar>
  let cells: Cells
  let covariances: CovarianceForm
  /// Threads over blocks of samples.
  let threads: Int

  var d: Int { cells.dimension }
  /// K, the number of latents of a context.
  var latents: Int { cells.components }
  /// The variance that a cell starts from: Scott's rule for K points.
  var base: BaseVariance {
    BaseVariance(
      variance: pow(Double(latents), -2 / Double(d + 4)), logFloor: configuration.logVarianceFloor)
  }

  init(
    tape: Tape<Scalar>, configuration: MixtureTransformerConfiguration,
    parameters: ParameterVariables<Scalar>,
    contexts: Int, dimension: Int, components: Int, samples: SamplePoints<Scalar>,
    covariances: CovarianceForm, threads: Int
  ) {
    self.tape = tape
    self.configuration = configuration
    self.parameters = parameters
    self.contexts = contexts
    self.samples = samples
    self.covariances = covariances
    self.threads = threads
    cells = Cells(
      dimension: dimension, heads: configuration.mixtureHeads, components: components,
      rank: configuration.rank)
  }

  /// The mixture over the latents: normalised log weights (contexts x K), means and packed covariances, and
  /// the natural parameters (contexts * featureCount x K) that evaluate it.
  ///
  /// - Parameter anchors: contexts * K points, row by row.
  func mixture(anchors: Variable<Scalar>) -> (gaussians: CellGaussians<Scalar>, parameters: Variable<Scalar>)
  {
    var tokens = embedded(anchors)
    var state = initialState(anchors)
    for layer in 0..<configuration.layers {
      expectationStep("layer\(layer)", &tokens, &state)
      selfAttention("layer\(layer).attn", &tokens)
      feedForward("layer\(layer).ffn", &tokens)
    }
    return readOut(tokens, state)
  }

  /// The latent tokens: scalars (contexts * K x C) and vectors (contexts * K * d x V).
  struct Tokens {
    var scalars: Variable<Scalar>
    var vectors: Variable<Scalar>
  }

  private func embedded(_ anchors: Variable<Scalar>) -> Tokens {
    let tokens = contexts * latents
    let scalars = tape.constant(tokens, 6)
    let vectors = tape.constant(tokens * d, 2)
    let (n, dimension) = (samples.total, Double(d))
    for token in 0..<tokens {
      let anchor = anchors.value + token * d
      let squared = (0..<d).reduce(0.0) { $0 + Double(anchor[$1] * anchor[$1]) }
      let features = [
        1, squared / dimension - 1, (squared / dimension + 1e-6).squareRoot() - 1, 6 / n.squareRoot(),
        1 / dimension,
        dimension / (dimension + n / 8),
      ]
      for (i, feature) in features.enumerated() { scalars.value[token * 6 + i] = Scalar(feature) }
      let shrink = Scalar(1 / (1 + squared).squareRoot())
      for i in 0..<d {
        vectors.value[(token * d + i) * 2] = anchor[i]
        vectors.value[(token * d + i) * 2 + 1] = anchor[i] * shrink
      }
    }
    return Tokens(
      scalars: tape.linear(scalars, parameters["embed.s"]),
      vectors: tape.linear(vectors, parameters["embed.v"]))
  }

  /// Every head starts at the anchors, with covariance base.variance * I and equal weights.
  private func initialState(_ anchors: Variable<Scalar>) -> CellState<Scalar> {
    let mean = tape.zeros(contexts * d, cells.count)
    for b in 0..<contexts {
      for head in 0..<cells.heads {
        for k in 0..<latents {
          for i in 0..<d {
            mean.value[(b * d + i) * cells.count + head * latents + k] =
              anchors.value[(b * latents + k) * d + i]
          }
        }
      }
    }
    return CellState(
      mean: mean, shift: tape.zeros(contexts * d, cells.count), covariance: initialCovariance(),
      logCount: tape.zeros(contexts, cells.count))
  }

  private func initialCovariance() -> Variable<Scalar> {
    let size = covariances == .full ? cells.packedSize : 1
    let covariance = tape.zeros(contexts * size, cells.count)
    for b in 0..<contexts {
      var row = b * size
      for i in 0..<(covariances == .full ? d : 1) {
        (covariance.value + row * cells.count).update(repeating: Scalar(base.variance), count: cells.count)
        row += d - i
      }
    }
    return covariance
  }

  /// Tokens' numbers with the component fastest: tokens x channels becomes contexts * channels x K. Vector
  /// channels keep their order [coordinate][channel].
  func perComponent(_ x: Variable<Scalar>) -> Variable<Scalar> {
    tape.transposed(x.reshaped(contexts * latents, x.count / (contexts * latents)), blocks: contexts)
  }

  /// The inverse of `perComponent`.
  func perToken(_ x: Variable<Scalar>) -> Variable<Scalar> {
    tape.transposed(x.reshaped(x.count / latents, latents), blocks: contexts)
  }

  private func selfAttention(_ name: String, _ tokens: inout Tokens) {
    let scalars = tape.normalised(tokens.scalars, gain: parameters["\(name).gain_s"])
    let vectors = tape.normalised(tokens.vectors, dimension: d, gain: parameters["\(name).gain_v"])
    let shape = HeadShape(
      heads: configuration.attentionHeads, dimension: d, scalarWidth: configuration.attentionScalarWidth,
      vectorWidth: configuration.attentionVectorWidth)
    func project(_ part: String) -> Variable<Scalar> {
      tape.packedHeads(
        tape.linear(scalars, parameters["\(name).\(part)s"]),
        tape.linear(vectors, parameters["\(name).\(part)v"]),
        shape)
    }
    let query = tape.scaled(
      project("q"), temperature: parameters["\(name).temp"],
      scale: 1 / Double(shape.scalarWidth + 2 * shape.vectorWidth).squareRoot(), heads: shape.heads)
    let output = tape.attention(
      query: query, key: project("k"), value: project("v"), heads: shape.heads, contexts: contexts)
    let parts = tape.unpackedHeads(output, shape)
    tokens.scalars = tape.linear(parts.scalars, parameters["\(name).os"], adding: tokens.scalars)
    tokens.vectors = tape.linear(parts.vectors, parameters["\(name).ov"], adding: tokens.vectors)
  }

  private func feedForward(_ name: String, _ tokens: inout Tokens) {
    let scalars = tape.normalised(tokens.scalars, gain: parameters["\(name).gain_s"])
    let vectors = tape.normalised(tokens.vectors, dimension: d, gain: parameters["\(name).gain_v"])
    let pairs = tape.linear(vectors, parameters["\(name).ab"])
    let products = tape.vectorProducts(pairs, dimension: d, scale: 0.5.squareRoot())
    let weight = parameters["\(name).in"]
    let fromScalars = tape.linear(scalars, weight.rows(0..<scalars.columns))
    let mixed = tape.linear(products, weight.rows(scalars.columns..<weight.rows), adding: fromScalars)
    let hidden = tape.silu(mixed, bias: parameters["\(name).in_b"])
    let gated = tape.gated(pairs, by: tape.linear(hidden, parameters["\(name).gate"]), dimension: d)
    tokens.scalars = tape.linear(hidden, parameters["\(name).out"], adding: tokens.scalars)
    tokens.vectors = tape.linear(gated, parameters["\(name).vout"], adding: tokens.vectors)
  }
}
