import ParzenCore
import ParzenDifferentiation

/// The architecture of a network that maps samples to a density: what its weights are.
///
/// ```swift
/// func parameterCount(_ configuration: some NetworkConfiguration) throws -> Int {
///   try configuration.validate()
///   return configuration.layout.count
/// }
/// ```
public protocol NetworkConfiguration: Sendable, Codable, Hashable {
  /// The architecture's name in files of weights, for instance "mixture-transformer".
  static var architecture: String { get }
  /// Names, shapes and places of the parameters.
  var layout: ParameterLayout { get }
  /// All sizes of the architecture: each positive and at most 4,096.
  var sizes: [Int] { get }
  /// Throws unless there is such a network. Training and every reader of weights ask before anything else.
  func validate() throws(ParzenError)
}

extension NetworkConfiguration {
  public func validate() throws(ParzenError) { try checkSizes() }

  /// Throws unless every size is positive and at most 4,096, and the layers are at most 256: a layout has
  /// entries for each.
  func checkSizes(layers: Int = 1) throws(ParzenError) {
    for size in sizes { try Limits.check("a size of the network", size, 1...4096) }
    try Limits.check("the number of layers", layers, 1...256)
  }
}
