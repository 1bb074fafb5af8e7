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
