/// A sentence about samples. It calls columns and samples by their numbers until someone who knows what they
/// are called, such as the reader of a file, gives it their names.
///
/// ```swift
/// let message: SampleMessage = "\(sample: 4) has \(1e301) in \(column: 0)"
/// print(message)  // sample 5 has 1e+301 in column 1
/// print(message.described(by: SampleLabels(columns: ["height"]) { "\($0 + 2)" }))
/// ```
public struct SampleMessage: Sendable, Equatable {
  fileprivate enum Part: Sendable, Equatable {
    case text(String)
    case columns([Int])
    case samples([Int])
  }

  fileprivate var parts: [Part]

  /// The sentence with the names of columns and samples.
  public func described(by labels: SampleLabels) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .columns(let columns): labels.columns(columns)
      case .samples(let samples): labels.samples(samples)
      }
    }.joined()
  }

  /// The same sentence, in which nothing is left to be named.
  public func labelled(_ labels: SampleLabels) -> SampleMessage {
    SampleMessage(stringLiteral: described(by: labels))
  }

  /// The same sentence about samples of which these are some columns: what it says of their first column is
  /// about the first of these.
  package func amongColumns(_ chosen: [Int]) -> SampleMessage {
    var message = self
    message.parts = parts.map { part in
      guard case .columns(let columns) = part else { return part }
      return .columns(columns.map { chosen.indices ~= $0 ? chosen[$0] : $0 })
    }
    return message
  }

  /// The sentence that both make.
  public static func + (left: SampleMessage, right: SampleMessage) -> SampleMessage {
    var sum = left
    for part in right.parts { sum.parts.join(part) }
    return sum
  }
}

extension SampleMessage: CustomStringConvertible {
  /// The sentence with numbers from 1.
  public var description: String { described(by: SampleLabels()) }
}

extension SampleMessage: ExpressibleByStringInterpolation {
  /// A sentence that names no column and no sample.
  public init(stringLiteral text: String) { parts = [.text(text)] }

  public init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

  /// Gathers the parts of a sentence.
  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var parts: [Part] = []

    public init(literalCapacity: Int, interpolationCount: Int) {}

    public mutating func appendLiteral(_ literal: String) { parts.join(.text(literal)) }

    public mutating func appendInterpolation(_ value: some Any) { parts.join(.text("\(value)")) }

    /// A part of the sentence.
    public mutating func appendInterpolation(_ message: SampleMessage) {
      for part in message.parts { parts.join(part) }
    }

    /// A column, from 0.
    public mutating func appendInterpolation(column: Int) { parts.append(.columns([column])) }

    /// Columns, from 0.
    public mutating func appendInterpolation(columns: [Int]) { parts.append(.columns(columns)) }

    /// A sample, from 0.
    public mutating func appendInterpolation(sample: Int) { parts.append(.samples([sample])) }

    /// Samples, from 0, of which many are not all named.
    public mutating func appendInterpolation(samples: [Int]) { parts.append(.samples(samples)) }
  }
}

extension [SampleMessage.Part] {
  /// Adds a part; texts that follow each other are one, so that equal sentences have equal parts.
  fileprivate mutating func join(_ part: SampleMessage.Part) {
    if case .text(let text) = part {
      if text.isEmpty { return }
      if case .text(let before) = last {
        self[count - 1] = .text(before + text)
        return
      }
    }
    append(part)
  }
}

/// What columns and samples are called where they come from.
///
/// ```swift
/// let file = try TableFile(contentsOf: URL(filePath: "samples.csv"))
/// let labels = SampleLabels(columns: file.table.columnNames) { "\(file.rowNumbers[$0])" }
/// do throws(ParzenError) {
///   print(try MixtureTransformer(samples: file.table.values).dimension)
/// } catch {
///   print(error.labelled(labels))
/// }
/// ```
public struct SampleLabels: Sendable {
  private let columns: [String]?
  private let row: (@Sendable (Int) -> String)?

  /// - Parameters:
  ///   - columns: the names of the columns; their numbers from 1 when nil.
  ///   - row: the number of the row that a sample (from 0) has in its file, as a text; when nil, samples are
  ///     counted from 1.
  public init(columns: [String]? = nil, row: (@Sendable (Int) -> String)? = nil) {
    (self.columns, self.row) = (columns, row)
  }

  fileprivate func columns(_ indices: [Int]) -> String {
    let names = indices.map { index in
      columns.flatMap { $0.indices ~= index ? $0[index] : nil } ?? "\(index + 1)"
    }
    return (indices.count == 1 ? "column " : "columns ") + shortList(names, limit: Self.mostNames)
  }

  fileprivate func samples(_ indices: [Int]) -> String {
    (row == nil ? "sample" : "row") + (indices.count == 1 ? " " : "s ")
      + shortList(
        indices.prefix(Self.mostNumbers + 1).map { row?($0) ?? "\($0 + 1)" }, limit: Self.mostNumbers)
  }

  /// The most columns and samples that are named one by one.
  private static let (mostNames, mostNumbers) = (24, 8)
}
