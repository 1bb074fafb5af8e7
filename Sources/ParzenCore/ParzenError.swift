/// What can be wrong with the data or files that Parzen is given. Every message says what to do.
///
/// ```swift
/// do {
///   let estimate = try MixtureTransformer(samples: samples)
///   print(estimate.dimension)
/// } catch {
///   print("no estimate: \(error)")
/// }
/// ```
public enum ParzenError: Error, Sendable, Equatable {
  /// Queries, or weights, of another dimension than the samples.
  case dimensionMismatch(expected: Int, found: Int)
  /// The samples do not determine a density. The text says why, and what to do.
  case unusableSamples(SampleMessage)
  /// An option has a value that makes no sense, for instance a negative bandwidth.
  case invalidOption(String)
  /// A file cannot be read or written, or does not hold what it should.
  case file(path: String, reason: String)
  /// The task that waited for the result was cancelled, or who followed the work gave it up (`WorkProgress`).
  case cancelled
}

/// What Parzen itself has made such that it is not refused. A refusal is a mistake in the program, and ends
/// it.
package func byConstruction<Value>(_ value: () throws -> Value) -> Value {
  do { return try value() } catch { preconditionFailure("valid by construction, but refused: \(error)") }
}

extension ParzenError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .dimensionMismatch(let expected, let found):
      """
      the samples have \(expected) dimensions, but the queries have \(found): give queries with \(expected) \
      columns
      """
    case .unusableSamples(let message):
      message.description
    case .invalidOption(let text):
      text
    case .file(let path, let reason):
      "\(path): \(reason)"
    case .cancelled:
      "the work was cancelled: there is no result, start it again for one"
    }
  }
}

extension ParzenError {
  /// The same error with the names of the columns and samples that it is about.
  public func labelled(_ labels: SampleLabels) -> ParzenError {
    guard case .unusableSamples(let message) = self else { return self }
    return .unusableSamples(message.labelled(labels))
  }

  /// The same error about samples of which these are some columns.
  package func amongColumns(_ chosen: [Int]) -> ParzenError {
    guard case .unusableSamples(let message) = self else { return self }
    return .unusableSamples(message.amongColumns(chosen))
  }
}
