import ParzenCore

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
