import ParzenCore
import ParzenDistributions
import ParzenMixtures
import ParzenPlatform

/// The components of a mixture in frames: origins beside which some of them are not so narrow that sums over
/// products of coordinates cancel. A sample near a component that is narrow beside the first origin, which is
/// zero, is added in the frame of the narrowest such one; elsewhere these have no part.
struct ComponentFrames: Sendable {
  private struct Frame: Sendable {
    let origin: [Double]
    /// Those that are wide beside the origin, from there.
    let components: GaussianComponents
    let indices: [Int]
  }

  private let mixture: GaussianMixture
  private let frames: [Frame]
  /// The components that are narrow beside zero, the narrowest first, each with its frame.
  private let narrow: [(component: WhitenedGaussian, frame: Int)]

  /// The squared Mahalanobis distance up to which a sample is near.
  private static let near = 1e4

  /// - Complexity: O(F K d^3) time, O(F K d^2) memory for F frames, which are one for every group of narrow
  ///   components, and one.
  init(_ mixture: GaussianMixture) {
    self.mixture = mixture
    let all = GaussianComponents(mixture, shape: .full)
    var frames = [Self.frame([Double](repeating: 0, count: all.dimension), all)]
    let isWide = Set(frames[0].indices)
    var left = all.logWeights.indices.filter { !isWide.contains($0) }
    var places = [Int](repeating: 0, count: all.count)
    while let heaviest = left.max(by: { all.logWeights[$0] < all.logWeights[$1] }) {
      let next = Self.frame(Array(mixture.means[row: heaviest]), all)
      let own = Set(next.indices).union([heaviest])
      for index in left where own.contains(index) { places[index] = frames.count }
      left.removeAll { own.contains($0) }
      frames.append(next)
    }
    narrow = (all.whitened ?? []).enumerated().filter { places[$0.offset] > 0 }
      .map { (component: $0.element, size: $0.element.size, place: $0.offset) }
      .sorted { ($0.size, $0.place) < ($1.size, $1.place) }.map { ($0.component, places[$0.place]) }
    self.frames = frames
  }

  private static func frame(_ origin: [Double], _ all: GaussianComponents) -> Frame {
    var moved = all
    for place in moved.means.indices { moved.means[place] -= origin[place / all.count] }
    let distances = moved.distancesOfOrigin
    let indices = distances.indices.filter { distances[$0] <= ComponentMoments.farthest }
    return Frame(origin: origin, components: moved.selecting(indices), indices: indices)
  }

  /// Adds what a step sums over samples.
  ///
  /// - Complexity: O(n K d^2) time, O(n d + K d^2) memory.
  func add(
    _ samples: SampleColumns<Double>, to sums: UnsafeMutablePointer<Double>, _ deviations: ComponentDeviations
  ) throws(ParzenError) {
    guard samples.count > 0 else { return }
    guard !narrow.isEmpty else { return try add(samples, in: frames[0], to: sums, deviations) }
    var rows = [[Int]](repeating: [], count: frames.count)
    for row in 0..<samples.count {
      rows[narrow.first { Self.isNear(row, of: samples, $0.component) }?.frame ?? 0].append(row)
    }
    for (frame, rows) in zip(frames, rows) where !rows.isEmpty {
      try add(samples.selecting(rows), in: frame, to: sums, deviations)
    }
  }

  private func add(
    _ samples: SampleColumns<Double>, in frame: Frame, to sums: UnsafeMutablePointer<Double>,
    _ deviations: ComponentDeviations
  ) throws(ParzenError) {
    let components = frame.components
    let moments =
      components.count == 0
      ? nil
      : samples.moved(by: frame.origin.map { -$0 }).withPoints { points in
        ComponentMoments(like: components).sums(over: points, of: components, threads: 1)
      }
    if let moments {
      deviations.add(moments, about: frame.origin, of: frame.indices, samples: samples.total, to: sums)
    } else {
      try deviations.add(samples, under: mixture, to: sums)
    }
  }

  private static func isNear(
    _ row: Int, of samples: SampleColumns<Double>, _ component: WhitenedGaussian
  ) -> Bool {
    let d = samples.dimension
    var squared = 0.0
    for i in 0..<d {
      var own = 0.0
      for j in 0...i { own += component.whitening[i * d + j] * (samples[row, j] - component.mean[j]) }
      squared += own * own
      if squared > near { return false }
    }
    return true
  }
}

extension WhitenedGaussian {
  /// The logarithm of the determinant of the covariance's root.
  fileprivate var size: Double {
    let d = mean.count
    return (0..<d).reduce(0) { $0 - log(whitening[$1 * d + $1]) }
  }
}
