import CParzenKernels

/// The number of processors that this process may use: on Linux those that its affinity mask allows.
///
/// Asking the system takes microseconds, so it is asked once.
public let processorCount = Int(parzen_processor_count())
