import ParzenCore
import ParzenDistributions
import ParzenPlatform

extension KernelDensity: Distribution {
  /// Independent draws from the estimate, count x d: a sample chosen by its weight, plus a draw from the
  /// kernel.
  ///
  /// - Complexity: O(n + count d) time and memory, O(count d^2) time for kernels that do not lie along the
  ///   axes.
  public func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix {
    var generator = Xoshiro256(drawnFrom: &generator)
    let choice = AliasTable(weights: sums.logWeights.map { exp2($0) })
    let d = dimension
    // In kernel units a kernel is 2^-|u|^2: normal with standard deviation 1 / unit.
    var rows = Matrix(rows: count, columns: d)
    for row in 0..<count {
      let chosen = choice.draw(using: &generator) * d
      for k in 0..<d { rows[row, k] = sums.points[chosen + k] + generator.nextNormal() / KernelShape.unit }
    }
    return shape.dataUnits(rows)
  }
}

extension KernelDensity: MarginalizableDensity {
  /// The kernel density estimate from the given columns of the samples, with the kernels' marginals.
  ///
  /// - Complexity: O(n d) time and memory, O(n d^2) time for kernels that do not lie along the axes.
  public func marginal(of columns: [Int]) -> KernelDensity {
    let samples = Matrix(rows: sums.logWeights.count, columns: dimension, elements: sums.points)
    let data = shape.dataUnits(samples)
    let marginalShape = shape.marginal(of: columns)
    let kept = Matrix(
      rows: columns.count, columns: samples.rows, elements: columns.flatMap { data[column: $0] })
    let marginalSums = KernelSums(
      points: marginalShape.kernelUnits(kept.transposed).elements, logWeights: sums.logWeights,
      dimension: columns.count)
    return KernelDensity(marginalSums, shape: marginalShape, tolerance: tolerance, threads: threads)
  }
}

extension KernelDensity: GaussianMixtureDensity {
  /// The estimate as a mixture with a component for every sample.
  ///
  /// - Complexity: O(n d) time and memory, O(n d^2) for kernels that do not lie along the axes.
  public var mixture: GaussianMixture {
    let samples = Matrix(rows: sums.logWeights.count, columns: dimension, elements: sums.points)
    return shape.mixture(means: shape.dataUnits(samples), weights: sums.logWeights.map { exp2($0) })
  }
}

extension ScoreDebiasedKernelDensity: GaussianMixtureDensity {
  /// The estimate as a mixture with a component for every moved sample.
  public var mixture: GaussianMixture { estimate.mixture }
}

extension ScoreDebiasedKernelDensity: Distribution {
  /// Independent draws from the estimate, count x d: as `KernelDensity`, from the moved samples.
  public func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix {
    estimate.sample(count: count, using: &generator)
  }
}

extension ScoreDebiasedKernelDensity: MarginalizableDensity {
  /// The kernel density estimate from the given columns of the moved samples.
  public func marginal(of columns: [Int]) -> KernelDensity {
    estimate.marginal(of: columns)
  }
}
