/// Names, shapes and places of a network's parameters in one flat array.
public struct ParameterLayout: Sendable, Equatable {
  /// One parameter array, rows x columns; vectors have one row.
  public struct Entry: Sendable, Equatable {
    public let name: String
    public let offset: Int
    public let rows: Int
    public let columns: Int
    /// Whether the parameter is a vector (a gain or a bias), which weight decay leaves alone.
    public let isVector: Bool
    public var count: Int { rows * columns }
    /// The shape of the parameter's tensor in a file.
    public var shape: [Int] { isVector ? [columns] : [rows, columns] }
  }

  /// The entries in the order of their places.
  public private(set) var entries: [Entry] = []
  private var indices: [String: Int] = [:]
  /// The number of parameters.
  public private(set) var count = 0

  public init() {}

  mutating func append(matrix name: String, _ rows: Int, _ columns: Int) {
    append(name, rows, columns, isVector: false)
  }

  mutating func append(vector name: String, _ count: Int) { append(name, 1, count, isVector: true) }

  private mutating func append(_ name: String, _ rows: Int, _ columns: Int, isVector: Bool) {
    indices[name] = entries.count
    entries.append(Entry(name: name, offset: count, rows: rows, columns: columns, isVector: isVector))
    count += rows * columns
  }

  /// The entry of a name.
  ///
  /// - Precondition: there is one.
  public subscript(name: String) -> Entry {
    guard let index = indices[name] else { preconditionFailure("no parameter is named \(name)") }
    return entries[index]
  }
}

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
