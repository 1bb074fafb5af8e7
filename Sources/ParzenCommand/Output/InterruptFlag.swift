import Foundation

/// Set by Ctrl-C (SIGINT) or SIGTERM, so that a run can end with a checkpoint.
final class InterruptFlag: @unchecked Sendable {
  private let lock = NSLock()
  private var value = false
  private var sources: [any DispatchSourceSignal] = []

  var isSet: Bool { lock.withLock { value } }

  init() {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [weak self] in self?.lock.withLock { self?.value = true } }
      source.resume()
      sources.append(source)
    }
  }
}
