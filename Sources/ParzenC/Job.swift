import CParzen
import Dispatch
import ParzenCore
import ParzenPlatform
import Synchronization

/// What a long piece of work tells those who wait for it, and they it.
private final class Watch: Sendable {
  private let isGivenUp = Atomic(false)
  private let latest = Mutex<WorkProgress?>(nil)

  /// Nobody waits any more: the work goes no further than to its next part.
  func giveUp() { isGivenUp.store(true, ordering: .relaxed) }

  /// Does the work.
  func follow<Value>(_ work: () throws(ParzenError) -> Value) throws(ParzenError) -> Value {
    try WorkProgress.reporting(
      { progress in self.latest.withLock { $0 = progress } },
      isCancelled: { self.isGivenUp.load(ordering: .relaxed) }, operation: work)
  }

  /// The part of the present phase that is done; negative where the work has none.
  var part: Double { latest.withLock(\.self)?.fraction ?? -1 }
}

extension parzen_control {
  var isCancelled: Bool { (cancelled?.pointee ?? 0) != 0 }

  func report(_ part: Double) { progress?(part, context) }
}

/// Does work; with a control on a thread of its own, while this one watches.
///
/// Cancelled, it returns at once, and the work goes on to the end of its part. So work must not touch the
/// caller's memory. The thread is not one of Dispatch's, which a process forked from one with such threads
/// does not have.
func job<Value: Sendable>(
  _ control: UnsafePointer<parzen_control>?,
  _ work: @escaping @Sendable () throws(ParzenError) -> Value
) throws(ParzenError) -> Value {
  guard let control else { return try work() }
  guard !control.pointee.isCancelled else { throw .cancelled }
  let (watch, outcome, finished) = (Watch(), Outcome<Value>(), DispatchSemaphore(value: 0))
  try start {
    RunningJobs.begin()
    defer { RunningJobs.end() }
    do throws(ParzenError) {
      let value = try watch.follow(work)
      outcome.result.withLock { $0 = .success(value) }
    } catch {
      outcome.result.withLock { $0 = .failure(error) }
    }
    finished.signal()
  }
  while finished.wait(timeout: .now() + .milliseconds(50)) == .timedOut {
    if control.pointee.isCancelled {
      watch.giveUp()
      throw .cancelled
    }
    control.pointee.report(watch.part)
  }
  return try outcome.result.withLock(\.self)!.get()
}

/// Jobs whose threads are at work. Nobody joins them: at the end of the process those that were cancelled
/// have until the end of their piece, since the BLAS then gives back the memory that they work in.
private enum RunningJobs {
  private static let count = Atomic(0)
  private static let waitsAtExit: Int32 = atexit { RunningJobs.wait() }
  /// Tenths of a second.
  private static let patience = 100

  static func begin() {
    _ = waitsAtExit
    count.add(1, ordering: .sequentiallyConsistent)
  }

  static func end() { count.subtract(1, ordering: .sequentiallyConsistent) }

  private static func wait() {
    for _ in 0..<patience where count.load(ordering: .sequentiallyConsistent) > 0 { usleep(100_000) }
  }
}

private final class Outcome<Value: Sendable>: Sendable {
  let result = Mutex<Result<Value, ParzenError>?>(nil)
}

private final class ThreadBody {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Starts a thread that nobody joins.
private func start(_ body: @escaping @Sendable () -> Void) throws(ParzenError) {
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  pthread_attr_setstacksize(&attributes, 8 << 20)
  defer { pthread_attr_destroy(&attributes) }
  let argument = Unmanaged.passRetained(ThreadBody(body))
  #if canImport(Darwin)
    var thread: pthread_t?
  #else
    var thread = pthread_t()
  #endif
  let code = pthread_create(&thread, &attributes, threadMain, argument.toOpaque())
  guard code == 0 else {
    argument.release()
    throw .invalidOption(
      "no thread can be started (\(String(cString: strerror(code)))): end other work, and try again")
  }
}

#if canImport(Darwin)
  private func threadMain(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
    return nil
  }
#else
  private func threadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    Unmanaged<ThreadBody>.fromOpaque(argument!).takeRetainedValue().run()
    return nil
  }
#endif
