import ParzenCore
import ParzenDifferentiation
import ParzenKernels
import TestSupport
import Testing

@testable import ParzenMixtures

/// One EM step of low-rank cells against the full covariances that they stand for, d x d matrices and all.
@Suite struct LowRankCellsTests {
  let samplesCount = 300

  /// Inputs of one EM step: random tokens, and a state whose covariances are isotropic.
  private struct Step {
    let cells: Cells
    let tape = Tape<Double>(records: false)
    let samples: [Double]
    let probes: Variable<Double>
    let proposals: CellProposals<Double>
    let share: Variable<Double>
    /// The same state with variances, and with packed covariances.
    let isotropic: CellState<Double>
    let full: CellState<Double>

    init(dimension d: Int, rank: Int, samples count: Int, seed: UInt64) {
      // A number of components that fills no register, and 2 contexts.
      let cells = Cells(dimension: d, heads: 2, components: 5, rank: rank)
      self.cells = cells
      let tape = tape
      var generator = Xoshiro256(seed: seed)
      func normal(_ rows: Int, _ columns: Int, scale: Double = 1) -> Variable<Double> {
        let x = tape.variable(rows, columns)
        for i in 0..<x.count { x.value[i] = scale * generator.nextNormal() }
        return x
      }
      samples = (0..<2 * d * count).map { _ in generator.nextNormal() }
      probes = normal(2 * d * cells.heads * rank, cells.components)
      proposals = CellProposals(
        scalars: normal(2 * 4 * cells.heads, cells.components, scale: 0.5),
        rankScale: normal(2 * cells.heads * rank, cells.components),
        centre: normal(2 * d * cells.heads, cells.components, scale: 0.3),
        rankVectors: normal(2 * d * cells.heads * rank, cells.components),
        logCountGain: normal(1, cells.heads))
      share = normal(2 * cells.heads, cells.components)
      let variance = normal(2, cells.count)
      for i in 0..<variance.count { variance.value[i] = 0.2 + abs(variance.value[i]) }
      isotropic = CellState(
        mean: normal(2 * d, cells.count), shift: normal(2 * d, cells.count, scale: 0.2), covariance: variance,
        logCount: normal(2, cells.count))
      let packed = tape.zeros(2 * cells.packedSize, cells.count)
      for b in 0..<2 {
        var row = b * cells.packedSize
        for i in 0..<d {
          for c in 0..<cells.count {
            packed.value[row * cells.count + c] = variance.value[b * cells.count + c]
          }
          row += d - i
        }
      }
      full = CellState(
        mean: isotropic.mean, shift: isotropic.shift, covariance: packed, logCount: isotropic.logCount)
    }
  }

  private func values(_ x: Variable<Double>) -> [Double] {
    Array(UnsafeBufferPointer(start: x.value, count: x.count))
  }

  @Test(arguments: [1, 2, 3, 5, 20], [1, 2, 3])
  func statisticsAgreeWithFullCovariances(dimension d: Int, rank: Int) {
    for seed in UInt64(1)...3 {
      let step = Step(dimension: d, rank: rank, samples: samplesCount, seed: seed)
      let (cells, tape) = (step.cells, step.tape)
      step.samples.withUnsafeBufferPointer { points in
        let samples = SamplePoints.exact(PointBlock(points.baseAddress!, count: samplesCount))
        let full = tape.headMixture(
          cells, contexts: 2, proposals: step.proposals, state: step.full,
          base: BaseVariance(variance: 0.7, logFloor: -5))
        let features = tape.naturalParameters(cells, contexts: 2, full)
        let expected = tape.momentStatistics(
          cells, contexts: 2, samplesCount: Double(samplesCount),
          moments: tape.moments(cells, contexts: 2, samples: samples, features: features, threads: 1),
          mean: full.mean, features: features, probes: step.probes)

        let lowRank = tape.lowRankMixture(
          cells, contexts: 2, proposals: step.proposals, state: step.isotropic,
          base: BaseVariance(variance: 0.7, logFloor: -5))
        let natural = tape.naturalParameters(cells, contexts: 2, lowRank)
        let found = tape.momentStatistics(
          cells, contexts: 2, samplesCount: Double(samplesCount),
          moments: tape.lowRankMoments(
            cells, contexts: 2, samples: samples, parameters: natural, probes: step.probes, threads: 1),
          mean: lowRank.mean, features: natural.features, directions: natural.directions,
          probes: step.probes)

        func agree(_ a: Variable<Double>, _ b: [Double], _ name: String) {
          let error = relativeError(values(a), b)
          #expect(error < 1e-9, "\(name), seed \(seed): \(error)")
        }
        agree(lowRank.mean, values(full.mean), "mean")
        agree(found.state.shift, values(expected.state.shift), "shift")
        agree(found.state.logCount, values(expected.state.logCount), "log count")
        agree(found.scalars, values(expected.scalars), "scalars")
        agree(found.probed, values(expected.probed), "probed")
        let size = cells.packedSize
        let traces = (0..<2 * cells.count).map { index -> Double in
          let (b, c) = (index / cells.count, index % cells.count)
          var (sum, row) = (0.0, b * size)
          for i in 0..<d {
            sum += expected.state.covariance.value[row * cells.count + c]
            row += d - i
          }
          return sum / Double(d)
        }
        agree(found.state.covariance, traces, "variance")
        agree(
          tape.blendedCovariance(lowRank, share: step.share, cells: cells, contexts: 2),
          values(tape.blended(full.covariance, share: step.share, cells: cells, contexts: 2)), "blend")
      }
    }
  }
}
