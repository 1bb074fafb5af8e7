import ParzenKernels

/// Names, shapes and places of a network's parameters in one flat array.
///
/// ```swift
/// let layout = MixtureTransformerConfiguration().layout
/// for entry in layout.entries { print(entry.name, entry.shape) }
/// print(layout.count, "parameters")
/// ```
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

  package mutating func append(matrix name: String, _ rows: Int, _ columns: Int) {
    append(name, rows, columns, isVector: false)
  }

  package mutating func append(vector name: String, _ count: Int) { append(name, 1, count, isVector: true) }

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

/// A network's parameters as variables of a tape, by name: views of flat arrays of values and gradients that
/// the caller keeps alive.
package struct ParameterVariables<Scalar: KernelScalar> {
  package let layout: ParameterLayout
  package let values: UnsafeMutablePointer<Scalar>
  package let gradients: UnsafeMutablePointer<Scalar>?

  package init(
    layout: ParameterLayout, values: UnsafeMutablePointer<Scalar>, gradients: UnsafeMutablePointer<Scalar>?
  ) {
    self.layout = layout
    self.values = values
    self.gradients = gradients
  }

  package subscript(name: String) -> Variable<Scalar> {
    let entry = layout[name]
    return Variable(
      value: values + entry.offset, gradient: gradients.map { $0 + entry.offset }, rows: entry.rows,
      columns: entry.columns)
  }
}
