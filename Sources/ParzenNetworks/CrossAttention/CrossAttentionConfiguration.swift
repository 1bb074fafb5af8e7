import ParzenCore
import ParzenDifferentiation
import ParzenPlatform

/// The architecture of a cross-attention transformer (Ilin & Sushko, arXiv 2511.05924) for one dimension:
/// pre-norm blocks with GELU, no positional encoding. Samples attend to the samples; queries attend to the
/// samples, never to each other, through the same weights.
///
/// The defaults are the paper's.
///
/// ```swift
/// var network = CrossAttentionConfiguration()
/// network.dimension = 3
/// let configuration = TrainingConfiguration(network)
/// ```
public struct CrossAttentionConfiguration: NetworkConfiguration {
  /// The dimension d of the points.
  public var dimension = 2
  /// Channels of a token.
  public var width = 128
  /// Attention heads; they divide the width.
  public var heads = 8
  public var layers = 4
  /// Hidden channels of the feed-forward block.
  public var hiddenWidth = 512
  /// Whether |x|^2 / d is a feature of a point's token, beside its coordinates.
  public var squaredNorm = true
  /// Whether 6 / sqrt(n) is a feature of every token: attention alone cannot count the samples.
  public var sampleSize = true

  /// The paper's architecture.
  public init() {}

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case dimension, width, heads, layers, hiddenWidth, squaredNorm, sampleSize
  }

  /// Settings that are missing have their defaults; those that do not exist are refused.
  public init(from decoder: any Decoder) throws {
    try decoder.checkKeys(CodingKeys.self, besides: ["architecture"])
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys, _ fallback: Value) throws -> Value {
      try container.decodeIfPresent(Value.self, forKey: key) ?? fallback
    }
    dimension = try value(.dimension, dimension)
    width = try value(.width, width)
    heads = try value(.heads, heads)
    layers = try value(.layers, layers)
    hiddenWidth = try value(.hiddenWidth, hiddenWidth)
    squaredNorm = try value(.squaredNorm, squaredNorm)
    sampleSize = try value(.sampleSize, sampleSize)
  }

  public static let architecture = "cross-attention"

  public var sizes: [Int] { [dimension, width, heads, layers, hiddenWidth] }

  public func validate() throws(ParzenError) {
    try checkSizes(layers: layers)
    guard width % heads == 0 else {
      throw .invalidOption(
        "the network has \(heads) heads for a width of \(width): give heads that divide the width")
    }
  }

  /// Features of a token.
  var features: Int { dimension + (squaredNorm ? 1 : 0) + (sampleSize ? 1 : 0) }

  public var layout: ParameterLayout {
    var layout = ParameterLayout()
    layout.append(matrix: "embed.w", features, width)
    layout.append(vector: "embed.b", width)
    for layer in 0..<layers {
      let name = "layer\(layer)"
      layout.append(vector: "\(name).attn.gain", width)
      layout.append(vector: "\(name).attn.bias", width)
      for part in ["q", "k", "v", "o"] { layout.append(matrix: "\(name).attn.\(part)", width, width) }
      layout.append(vector: "\(name).attn.o_b", width)
      layout.append(vector: "\(name).ffn.gain", width)
      layout.append(vector: "\(name).ffn.bias", width)
      layout.append(matrix: "\(name).ffn.in", width, hiddenWidth)
      layout.append(vector: "\(name).ffn.in_b", hiddenWidth)
      layout.append(matrix: "\(name).ffn.out", hiddenWidth, width)
      layout.append(vector: "\(name).ffn.out_b", width)
    }
    layout.append(vector: "read.gain", width)
    layout.append(vector: "read.bias", width)
    layout.append(matrix: "read.t", width, 1)
    layout.append(vector: "read.t_b", 1)
    layout.append(matrix: "read.s", width, dimension)
    layout.append(vector: "read.s_b", dimension)
    return layout
  }

  /// Parameters to start training from: matrices N(0, 1 / rows), those that write into the residual stream
  /// 1 / sqrt(2 layers) of that, gains 1, biases 0.
  ///
  /// Keys start as multiples of the queries, by 1 in the first head up to 8 in the last: then logits are
  /// inner products of like maps of the two tokens, and every head starts as a kernel with a bandwidth of its
  /// own. From independent matrices attention is nearly uniform at first, and in ten dimensions training
  /// stays for thousands of steps where one Gaussian for all samples would be as good.
  package func initialParameters(using generator: inout some RandomNumberGenerator) -> [Float] {
    var parameters: [Float] = []
    for entry in layout.entries {
      if entry.isVector {
        parameters += [Float](repeating: entry.name.hasSuffix("gain") ? 1 : 0, count: entry.count)
      } else if entry.name.hasSuffix("attn.k") {
        // The matrix before this one.
        let queries = parameters.suffix(entry.count)
        parameters += queries.enumerated().map { $1 * sharpness(head: $0 % width * heads / width) }
      } else {
        let writes = entry.name.hasSuffix("attn.o") || entry.name.hasSuffix("ffn.out")
        let deviation =
          (writes ? 1 / Double(2 * layers).squareRoot() : 1) / Double(entry.rows).squareRoot()
        parameters += (0..<entry.count).map { _ in Float(deviation * generator.nextNormal()) }
      }
    }
    return parameters
  }

  /// The factor from the queries to the keys of a head, to start from.
  private func sharpness(head: Int) -> Float {
    exp2(3 * Float(head) / Float(max(heads - 1, 1)))
  }
}
