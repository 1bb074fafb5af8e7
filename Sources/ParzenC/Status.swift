import CParzen
import ParzenCore

extension ParzenError {
  /// What a call that fails so returns.
  fileprivate var status: parzen_status {
    switch self {
    case .dimensionMismatch: parzen_status(PARZEN_DIMENSION_MISMATCH)
    case .unusableSamples: parzen_status(PARZEN_UNUSABLE_SAMPLES)
    case .invalidOption: parzen_status(PARZEN_INVALID_OPTION)
    case .file: parzen_status(PARZEN_FILE)
    case .cancelled: parzen_status(PARZEN_CANCELLED)
    }
  }
}

/// Does what a call asks for and tells the caller what it came to.
func call(
  _ error: UnsafeMutablePointer<parzen_error>?, _ body: () throws(ParzenError) -> Void
) -> parzen_status {
  do throws(ParzenError) {
    try body()
    return parzen_status(PARZEN_OK)
  } catch let failure {
    if let error {
      error.pointee.status = failure.status
      withUnsafeMutableBytes(of: &error.pointee.message) { $0.copyText(failure.description) }
    }
    return failure.status
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Fills the buffer with text ended by a zero, cut between two characters where it is too long.
  fileprivate func copyText(_ text: String) {
    var bytes = ArraySlice(Array(text.utf8))
    if bytes.count >= count {
      bytes = bytes.prefix(count - 1)
      while let last = bytes.last, last & 0xC0 == 0x80 { bytes.removeLast() }
      if let last = bytes.last, last >= 0xC0 { bytes.removeLast() }
    }
    copyBytes(from: bytes)
    self[bytes.count] = 0
  }
}
