import ParzenDifferentiation
import ParzenKernels

/// A Gaussian with a weight, by the map that whitens it.
package struct WhitenedGaussian: Sendable {
  /// The logarithm of the weight, less half that of the covariance's determinant.
  package let logFactor: Double
  /// d values.
  package let mean: [Double]
  /// L^-1 for the covariance L L^T, d x d.
  package let whitening: [Double]

  package init(logFactor: Double, mean: [Double], whitening: [Double]) {
    (self.logFactor, self.mean, self.whitening) = (logFactor, mean, whitening)
  }
}

/// The sums that `momentSums` forms with quadratic features, for few components in many dimensions: there
/// the products of all pairs of coordinates do not stay in the cache, and matrices with few rows keep the
/// processor waiting. Here every component whitens the samples, and takes their second moments, by products
/// of d x d matrices.
///
/// - Parameter components: K.
/// - Returns: (featureCount + 1) x K.
/// - Complexity: O(n K d^2) time; O(K d^2) memory for each of at most 16 groups of samples.
package func momentSums(
  _ samples: PointBlock<Double>, dimension: Int, components: [WhitenedGaussian], threads: Int
) -> [Double] {
  let size = (PointFeatures.quadratic.count(dimension: dimension) + 1) * components.count
  return sampleSums(samples, size: size, threads: threads) { ranges, _, sums in
    let block = WhitenedBlock(dimension: dimension, components)
    for range in ranges { block.add(range, of: samples) }
    block.write(to: sums)
  }
}

/// Working memory for a block of samples, and the sums over all blocks.
private final class WhitenedBlock {
  private let d: Int
  private let components: [WhitenedGaussian]
  /// The means in each component's own coordinates, K x d.
  private let centres: [[Double]]
  private let arena = Arena<Double>()
  /// Samples in a component's coordinates, or times its responsibilities, d x count.
  private let image: UnsafeMutablePointer<Double>
  /// K x count.
  private let responsibilities: UnsafeMutablePointer<Double>
  private let logNormaliser: UnsafeMutablePointer<Double>
  /// Sums of responsibilities and of their products with log normalisers, K each.
  private var counts: [Double]
  private var likelihoods: [Double]
  /// Sums of responsibilities times coordinates, K x d, and times products of two, K x d x d.
  private let first: UnsafeMutablePointer<Double>
  private let second: UnsafeMutablePointer<Double>

  init(dimension d: Int, _ components: [WhitenedGaussian]) {
    (self.d, self.components) = (d, components)
    let (length, k) = (ResponsibilityBlock<Double>.blockLength, components.count)
    centres = components.map { component in
      (0..<d).map { i in (0...i).reduce(0) { $0 + component.whitening[i * d + $1] * component.mean[$1] } }
    }
    image = arena.allocate(d * length)
    responsibilities = arena.allocate(k * length)
    logNormaliser = arena.allocate(length)
    first = arena.allocate(k * d)
    second = arena.allocate(k * d * d)
    first.update(repeating: 0, count: k * d)
    second.update(repeating: 0, count: k * d * d)
    counts = .init(repeating: 0, count: k)
    likelihoods = counts
  }

  func add(_ range: Range<Int>, of samples: PointBlock<Double>) {
    let count = range.count
    let points = samples.pointer + range.lowerBound
    for (k, component) in components.enumerated() {
      Double.multiply(
        transposeA: false, transposeB: false, rows: d, columns: count, inner: d, alpha: 1,
        component.whitening, strideA: d, points, strideB: samples.count, beta: 0, image, strideC: count)
      let logits = responsibilities + k * count
      logits.update(repeating: component.logFactor, count: count)
      for i in 0..<d {
        let (row, centre) = (image + i * count, centres[k][i])
        for p in 0..<count { logits[p] -= 0.5 * (row[p] - centre) * (row[p] - centre) }
      }
    }
    Double.kernels.responsibilities_forward(1, components.count, count, responsibilities, logNormaliser)
    for k in components.indices {
      let shares = responsibilities + k * count
      if let weights = samples.weights {
        for p in 0..<count { shares[p] *= weights[range.lowerBound + p] }
      }
      for p in 0..<count {
        counts[k] += shares[p]
        likelihoods[k] += shares[p] * logNormaliser[p]
      }
      for i in 0..<d {
        let (row, source) = (image + i * count, points + i * samples.count)
        var sum = 0.0
        for p in 0..<count {
          row[p] = shares[p] * source[p]
          sum += row[p]
        }
        first[k * d + i] += sum
      }
      Double.multiply(
        transposeA: false, transposeB: true, rows: d, columns: d, inner: count, alpha: 1, image,
        strideA: count, points, strideB: samples.count, beta: 1, second + k * d * d, strideC: d)
    }
  }

  /// The sums in the order of quadratic features, and those of the log normalisers.
  func write(to sums: UnsafeMutablePointer<Double>) {
    let count = components.count
    for k in 0..<count {
      sums[k] = counts[k]
      for i in 0..<d { sums[(1 + i) * count + k] = first[k * d + i] }
      var place = 1 + d
      for i in 0..<d {
        for j in i..<d {
          sums[place * count + k] = second[(k * d + i) * d + j]
          place += 1
        }
      }
      sums[place * count + k] = likelihoods[k]
    }
  }
}
