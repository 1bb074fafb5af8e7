import CLibFuzzer
import Foundation

/// Runs libFuzzer with the arguments of the command line on a test that must not crash, whatever bytes it is
/// given.
public func fuzz(_ test: @escaping ([UInt8]) -> Void) -> Never {
  installedTest = test
  var count = CommandLine.argc
  var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
  exit(
    LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
      installedTest(Array(UnsafeBufferPointer(start: bytes, count: count)))
      return 0
    })
}

/// The test, for the callback from C, which cannot capture it. Set once, before libFuzzer starts.
nonisolated(unsafe) private var installedTest: ([UInt8]) -> Void = { _ in }
