import CParzenKernels
import Foundation

/// Times attention and its gradient for n queries, n keys and one width of keys and values.
struct AttentionMeasurement<Scalar: BinaryFloatingPoint> {
  struct Result {
    let forwardSeconds: Double
    let gradientSeconds: Double
    let productRate: Double
    let operationsPerPass: Double

    var forwardRate: Double { 4 * operationsPerPass / forwardSeconds }
    var gradientRate: Double { 10 * operationsPerPass / gradientSeconds }
  }

  private let kernels: ParzenKernelTable

  init(_ kernels: ParzenKernelTable) { self.kernels = kernels }

  func run(count n: Int, width w: Int, against product: MatrixProduct<Scalar>) -> Result {
    var shape = ParzenAttentionShape(
      queries: n, keys: n, key_width: w, value_width: w, query_stride: w, key_stride: w, value_stride: w,
      output_stride: w, scale: 1 / Double(w).squareRoot())
    let (query, key, value) = (Buffer<Scalar>(n * w), Buffer<Scalar>(n * w), Buffer<Scalar>(n * w))
    let (bias, output, logNormaliser) = (Buffer<Scalar>(n), Buffer<Scalar>(n * w), Buffer<Scalar>(n))
    let (outputGradient, logNormaliserGradient) = (Buffer<Scalar>(n * w), Buffer<Scalar>(n))
    let (queryGradient, keyGradient) = (Buffer<Scalar>(n * w), Buffer<Scalar>(n * w))
    let (valueGradient, biasGradient) = (Buffer<Scalar>(n * w), Buffer<Scalar>(n))
    let bytes = max(kernels.attention_scratch(&shape), kernels.attention_gradient_scratch(&shape))
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    defer { scratch.deallocate() }

    var (forward, gradient, productSeconds) = (Double.infinity, Double.infinity, Double.infinity)
    let calls = max(1, 4_000_000 / (n * n * w))
    for _ in 0..<25 {
      forward = min(
        forward,
        secondsPerCall(calls) {
          kernels.attention(
            &shape, query.start, key.start, value.start, bias.start, output.start, logNormaliser.start,
            scratch)
        })
      gradient = min(
        gradient,
        secondsPerCall(calls) {
          kernels.attention_gradient(
            &shape, query.start, key.start, value.start, bias.start, output.start, logNormaliser.start,
            outputGradient.start, logNormaliserGradient.start, queryGradient.start, keyGradient.start,
            valueGradient.start, biasGradient.start, scratch)
        })
      for _ in 0..<5 { productSeconds = min(productSeconds, secondsPerCall(1, product.run)) }
    }
    return Result(
      forwardSeconds: forward, gradientSeconds: gradient,
      productRate: MatrixProduct<Scalar>.operations / productSeconds, operationsPerPass: Double(n * n * w))
  }

  private func secondsPerCall(_ calls: Int, _ body: () -> Void) -> Double {
    let start = processorTime()
    for _ in 0..<calls { body() }
    return (processorTime() - start) / Double(calls)
  }

  /// Seconds that this thread has spent on a processor, which other processes do not add to.
  private func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// Memory filled with numbers between -1 and 1.
final class Buffer<Scalar: BinaryFloatingPoint> {
  let start: UnsafeMutablePointer<Scalar>

  init(_ count: Int) {
    start = .allocate(capacity: count)
    var state: UInt32 = 1
    for i in 0..<count {
      state = state &* 1_664_525 &+ 1_013_904_223
      (start + i).initialize(to: Scalar(Double(Int32(bitPattern: state)) / 0x1p31))
    }
  }

  deinit { start.deallocate() }
}
