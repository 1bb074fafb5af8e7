import ParzenCore
import ParzenDifferentiation

extension MixtureTransformerConfiguration {
  /// The layout of this configuration's parameters, named as in the reference implementation.
  public var layout: ParameterLayout {
    var layout = ParameterLayout()
    let (scalars, vectors, h) = (scalarChannels, vectorChannels, mixtureHeads)
    func appendMixture(_ name: String) {
      layout.append(vector: "\(name).gain", scalars)
      layout.append(matrix: "\(name).w", scalars, 4 * h)
      layout.append(vector: "\(name).b", 4 * h)
      layout.append(matrix: "\(name).center", vectors, h)
      layout.append(matrix: "\(name).lowrank", vectors, h * rank)
      layout.append(matrix: "\(name).lowgate", scalars, h * rank)
      layout.append(vector: "\(name).lowgate_b", h * rank)
      layout.append(vector: "\(name).logn", h)
    }
    layout.append(matrix: "embed.s", 6, scalars)
    layout.append(matrix: "embed.v", 2, vectors)
    for layer in 0..<layers {
      let name = "layer\(layer)"
      appendMixture("\(name).mix")
      layout.append(matrix: "\(name).moment.probe", vectors, h * rank)
      layout.append(matrix: "\(name).moment.s", 5 * h, scalars)
      layout.append(matrix: "\(name).moment.v", (1 + rank) * h, vectors)
      layout.append(vector: "\(name).moment.b", scalars)
      layout.append(vector: "\(name).attn.gain_s", scalars)
      layout.append(vector: "\(name).attn.gain_v", vectors)
      layout.append(vector: "\(name).attn.temp", attentionHeads)
      for part in ["q", "k", "v"] {
        layout.append(matrix: "\(name).attn.\(part)s", scalars, attentionHeads * attentionScalarWidth)
        layout.append(matrix: "\(name).attn.\(part)v", vectors, attentionHeads * attentionVectorWidth)
      }
      layout.append(matrix: "\(name).attn.os", attentionHeads * attentionScalarWidth, scalars)
      layout.append(matrix: "\(name).attn.ov", attentionHeads * attentionVectorWidth, vectors)
      layout.append(vector: "\(name).ffn.gain_s", scalars)
      layout.append(vector: "\(name).ffn.gain_v", vectors)
      layout.append(matrix: "\(name).ffn.ab", vectors, 2 * hiddenVectors)
      layout.append(matrix: "\(name).ffn.in", scalars + hiddenVectors, hiddenScalars)
      layout.append(vector: "\(name).ffn.in_b", hiddenScalars)
      layout.append(matrix: "\(name).ffn.out", hiddenScalars, scalars)
      layout.append(matrix: "\(name).ffn.gate", hiddenScalars, hiddenVectors)
      layout.append(matrix: "\(name).ffn.vout", hiddenVectors, vectors)
    }
    appendMixture("read")
    layout.append(matrix: "read.pick", scalars, h)
    layout.append(vector: "read.pick_b", h)
    return layout
  }
}

extension MixtureTransformerConfiguration {
  /// Parameters to start training from: matrices N(0, s^2 / rows), gains 1, biases such that the untrained
  /// network is a shrunk EM at `mixtureHeads` bandwidths.
  package func initialParameters(using generator: inout some RandomNumberGenerator) -> [Float] {
    layout.entries.flatMap { entry -> [Float] in
      let part = entry.name.split(separator: ".").dropFirst(entry.name.hasPrefix("layer") ? 1 : 0).joined(
        separator: ".")
      if entry.isVector { return initialVector(part, count: entry.count) }
      let deviation = Self.initialScale(part) / Double(entry.rows).squareRoot()
      return (0..<entry.count).map { _ in Float(deviation * generator.nextNormal()) }
    }
  }

  /// s of a matrix, by its name without the layer.
  private static func initialScale(_ name: String) -> Double {
    switch name {
    case "mix.w", "mix.center", "mix.lowgate", "read.w", "read.center", "read.lowgate", "read.pick": 0.1
    case "moment.s", "moment.v": 0.7
    case "attn.os", "attn.ov", "ffn.out", "ffn.gate", "ffn.vout": 0.5
    default: 1
    }
  }

  private func initialVector(_ name: String, count: Int) -> [Float] {
    switch name {
    case "mix.b", "read.b":
      // Logit 0; log e from 0 down to -1.5 over the heads; log g -0.4; gate 1.
      let bandwidths = (0..<mixtureHeads).map { -1.5 * Float($0) / Float(max(mixtureHeads - 1, 1)) }
      return [Float](repeating: 0, count: mixtureHeads) + bandwidths
        + [Float](repeating: -0.4, count: mixtureHeads) + [Float](repeating: 1, count: mixtureHeads)
    case "mix.lowgate_b", "read.lowgate_b":
      return [Float](repeating: -2, count: count)
    case "moment.b", "attn.temp", "ffn.in_b", "read.pick_b":
      return [Float](repeating: 0, count: count)
    default:  // gains
      return [Float](repeating: 1, count: count)
    }
  }
}
