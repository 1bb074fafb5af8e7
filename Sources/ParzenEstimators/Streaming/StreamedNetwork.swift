import ParzenCore
import ParzenDistributions
import ParzenKernels
import ParzenMixtures
import Synchronization

/// The samples of a source in whitened coordinates, as the network reads them: in Float32, a chunk at a time.
final class WhitenedStream: StreamedPoints {
  let count: Int
  let total: Double
  private let sums: SampleSums
  private let coordinates: StreamedCoordinates
  /// From standardised coordinates: y_j = sum_i (x_i - mean_i) matrix_ij.
  private let mean: [Double]
  private let matrix: Matrix
  private let passes: Int
  private let state = Mutex(State())

  private struct State {
    var pass = 0
    var error: ParzenError?
  }

  /// - Parameter passes: how many times the network reads the samples.
  init(
    _ sums: SampleSums, _ coordinates: StreamedCoordinates, total: Double, whitening: Whitening, passes: Int
  ) {
    self.sums = sums
    self.coordinates = coordinates
    self.total = total
    self.passes = passes
    count = sums.source.rows
    mean = whitening.mean
    var matrix = whitening.forward
    for i in 0..<matrix.rows { for j in 0..<matrix.columns { matrix[i, j] /= whitening.scale[i] } }
    self.matrix = matrix
  }

  /// Throws if a chunk could not be read.
  func check() throws(ParzenError) {
    if let error = state.withLock({ $0.error }) { throw error }
  }

  func sums(
    size: Int, add: @Sendable (PointBlock<Float>, _ sums: UnsafeMutablePointer<Double>) -> Void
  ) -> [Double] {
    let pass = state.withLock { state -> Int? in
      state.pass += 1
      return state.error == nil ? state.pass : nil
    }
    if let pass {
      do throws(ParzenError) {
        return try sums.sum("layer \(pass) of \(passes) of the network", size: size) { rows, sums in
          self.withPoints(rows) { add($0, sums) }
        }
      } catch {
        state.withLock { $0.error = error }
      }
    }
    return [Double](repeating: 0, count: size)
  }

  /// The whitened coordinates of a chunk. Those beyond 1e15 standard deviations are taken to be there, so
  /// that their squares are finite.
  private func withPoints(_ rows: SampleRows, _ body: (PointBlock<Float>) -> Void) {
    let block = coordinates.block(rows)
    guard block.count > 0 else { return }
    let (n, d) = (block.count, mean.count)
    let values = [Float](unsafeUninitializedCapacity: n * d) { result, initialised in
      block.values.withUnsafeBufferPointer { values in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: n) { sum in
          for j in 0..<d {
            for p in 0..<n { sum[p] = 0 }
            for i in 0..<d {
              let (column, mean, factor) = (values.baseAddress! + i * n, mean[i], matrix[i, j])
              for p in 0..<n { sum[p] += (column[p] - mean) * factor }
            }
            for p in 0..<n { result[j * n + p] = Float(max(-Self.farthest, min(Self.farthest, sum[p]))) }
          }
        }
      }
      initialised = n * d
    }
    values.withUnsafeBufferPointer { values in
      guard let counts = block.counts?.map({ Float($0) }) else {
        return body(PointBlock(values.baseAddress!, count: n))
      }
      counts.withUnsafeBufferPointer {
        body(PointBlock(values.baseAddress!, count: n, weights: $0.baseAddress!, total: total))
      }
    }
  }

  private static let farthest = 1e15
}
