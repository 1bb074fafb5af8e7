import CParzen
import ParzenCore

/// Why a call of the C interface fails.
enum CallFailure: Error {
  case library(ParzenError)
  case cancelled

  var status: parzen_status {
    switch self {
    case .library(.dimensionMismatch): parzen_status(PARZEN_DIMENSION_MISMATCH)
    case .library(.unusableSamples): parzen_status(PARZEN_UNUSABLE_SAMPLES)
    case .library(.invalidOption): parzen_status(PARZEN_INVALID_OPTION)
    case .library(.file): parzen_status(PARZEN_FILE)
    case .cancelled: parzen_status(PARZEN_CANCELLED)
    }
  }

  var message: String {
    switch self {
    case .library(let error): error.description
    case .cancelled: "the call was cancelled"
    }
  }
}

/// Does what a call asks for and tells the caller what it came to.
func call(
  _ error: UnsafeMutablePointer<parzen_error>?, _ body: () throws(CallFailure) -> Void
) -> parzen_status {
  do throws(CallFailure) {
    try body()
    return parzen_status(PARZEN_OK)
  } catch let failure {
    if let error {
      error.pointee.status = failure.status
      withUnsafeMutableBytes(of: &error.pointee.message) { $0.copyText(failure.message) }
    }
    return failure.status
  }
}

/// `body`, whose errors are the library's.
func library<Value>(_ body: () throws(ParzenError) -> Value) throws(CallFailure) -> Value {
  do throws(ParzenError) { return try body() } catch { throw .library(error) }
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
