import ParzenCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ParzenError: LocalizedError {
  /// What `localizedDescription` says: the same sentence.
  public var errorDescription: String? { description }
}
