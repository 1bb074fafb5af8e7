import Foundation
import Parzen
import Synchronization
import Testing

/// Keeps what it is told.
private final class Reports: Sendable {
  private let reports = Mutex<[WorkProgress]>([])
  var all: [WorkProgress] { reports.withLock { $0 } }
  var note: @Sendable (WorkProgress) -> Void { { progress in self.reports.withLock { $0.append(progress) } } }
}

/// Long work that is given up, or followed, as users of the library do it.
@Suite(.serialized) struct CancellationTests {
  private static let samples: Matrix = {
    var generator = Xoshiro256(seed: 1)
    return Matrix((0..<400).map { _ in [generator.nextNormal(), generator.nextNormal()] })
  }()

  /// Work that would take minutes.
  private static let longWork: [(name: String, run: @Sendable () throws(ParzenError) -> Void)] = [
    (
      "jackknife",
      { () throws(ParzenError) in
        _ = try GroupJackknife(samples: samples, groups: 400) { (samples, threads) throws(ParzenError) in
          try MixtureTransformer(samples: samples, threads: threads)
        }
      }
    ),
    (
      "bootstrap",
      { () throws(ParzenError) in
        _ = try SampleInformation(
          samples: samples,
          fit: { (samples, threads) throws(ParzenError) in
            try MixtureTransformer(samples: samples, threads: threads)
          }, options: AnalysisOptions(replicates: 100_000))
      }
    ),
    (
      "maximum likelihood",
      { () throws(ParzenError) in
        var options = MaximumLikelihoodMixture.Options()
        (options.components, options.starts, options.steps) = (40...60, 1000, 100_000)
        (options.tolerance, options.patience) = (0, 100)
        _ = try MaximumLikelihoodMixture(samples: samples, options: options)
      }
    ),
    (
      "score matching",
      { () throws(ParzenError) in
        var options = ScoreMatchingOptions()
        (options.maximumSteps, options.patience) = (10_000_000, 10_000_000)
        _ = try ScoreMatching(samples: samples, options: options)
      }
    ),
    (
      "chains",
      { () throws(ParzenError) in
        let mixture = try GaussianMixture(
          weights: [1], means: Matrix([[0, 0]]), covariances: [.identity(2)])
        _ = try LangevinSampler(target: mixture).sample(
          count: 10_000_000, starts: samples.selectingRows(0..<4), seed: 1)
      }
    ),
    (
      "particles",
      { () throws(ParzenError) in
        var evolution = try ParticleEvolution(
          positions: samples, equation: LandauEquation(exponent: 0), timeStep: 1e-4,
          source: ScoreSource(name: "kernels") { (points) throws(ParzenError) in
            try KernelDensity(samples: points)
          })
        for _ in 0..<1_000_000 { try evolution.advance() }
      }
    ),
  ]

  /// What work throws, and how long it takes to end from when it is given up.
  private func end(
    of work: @escaping @Sendable () throws(ParzenError) -> Void
  ) async -> (error: ParzenError?, latency: Duration) {
    let started = Mutex<ContinuousClock.Instant?>(nil)
    let task = Task.detached { () -> (ParzenError?, ContinuousClock.Instant) in
      started.withLock { $0 = .now }
      do throws(ParzenError) { try work() } catch { return (error, .now) }
      return (nil, .now)
    }
    // The work may take all threads that tasks and global queues have, or have to wait for one itself.
    let cancelled = Mutex(ContinuousClock.now)
    DispatchQueue(label: "cancels").asyncAfter(deadline: .now() + .milliseconds(300)) {
      cancelled.withLock { $0 = .now }
      task.cancel()
    }
    let (error, ended) = await task.value
    return (error, ended - max(cancelled.withLock { $0 }, started.withLock { $0 } ?? ended))
  }

  @Test(arguments: longWork.indices) func cancelledTasksEndSoon(index: Int) async {
    let (error, latency) = await end(of: Self.longWork[index].run)
    #expect(error == .cancelled, "\(Self.longWork[index].name)")
    #expect(latency < .seconds(10), "\(Self.longWork[index].name)")
  }

  /// The task's thread may wait for the others when it is cancelled.
  @Test func otherThreadsSeeTheTask() async {
    let isReady = Atomic(false)
    let (error, _) = await end { () throws(ParzenError) in
      _ = try CrossFitting(folds: 2).evaluate(
        Self.samples,
        fit: { (samples, _) throws(ParzenError) in
          // The first fold is done at once, the other one waits for its end.
          guard isReady.exchange(true, ordering: .sequentiallyConsistent) else {
            return try KernelDensity(samples: samples)
          }
          var options = ScoreMatchingOptions()
          (options.maximumSteps, options.patience) = (10_000_000, 10_000_000)
          _ = try ScoreMatching(samples: samples, options: options)
          return try KernelDensity(samples: samples)
        }, threads: 2)
    }
    #expect(error == .cancelled)
  }

  @Test func withoutTasksAFunctionSaysSo() {
    let parts = Atomic(0)
    #expect(throws: ParzenError.cancelled) {
      let count: @Sendable (WorkProgress) -> Void = { _ in parts.add(1, ordering: .relaxed) }
      try WorkProgress.reporting(
        count, isCancelled: { parts.load(ordering: .relaxed) > 3 }, operation: Self.longWork[0].run)
    }
    #expect(parts.load(ordering: .relaxed) < 10)
  }

  /// Work of stages that go on where one of several candidates fails.
  private static let choosyWork: [(name: String, run: @Sendable () throws(ParzenError) -> Void)] = {
    var generator = Xoshiro256(seed: 3)
    // Two groups far apart, with a skewed column.
    let rows = (0..<160).map { row in
      [
        exp(generator.nextNormal()) + (row % 2 == 0 ? 0 : 1e4), generator.nextNormal(),
        generator.nextNormal(),
      ]
    }
    let (three, options) = (Matrix(rows), AnalysisOptions(replicates: 2, folds: 2, threads: 1))
    let kernels: WeightedDensityFit = { (samples, _, threads) throws(ParzenError) in
      try KernelDensity(samples: samples, bandwidth: .scott, threads: threads)
    }
    return [
      ("groups", { () throws(ParzenError) in _ = try MixtureTransformer(samples: three, threads: 1) }),
      (
        "mutual information",
        { () throws(ParzenError) in
          _ = try MutualInformation(
            samples: three, between: [0], and: [1], given: [2], fit: kernels, options: options)
        }
      ),
      (
        "information",
        { () throws(ParzenError) in
          _ = try SampleInformation(samples: three, sampleWeights: nil, fit: kernels, options: options)
        }
      ),
    ]
  }()

  /// How often work asks whether it is cancelled, which it is from a question on, and what it throws.
  private func questions(
    of work: @escaping @Sendable () throws(ParzenError) -> Void, cancelledFrom first: Int = .max
  ) -> (count: Int, error: ParzenError?) {
    let asked = Atomic(0)
    do throws(ParzenError) {
      try WorkProgress.reporting(
        { _ in }, isCancelled: { asked.add(1, ordering: .relaxed).newValue >= first }, operation: work)
      return (asked.load(ordering: .relaxed), nil)
    } catch { return (asked.load(ordering: .relaxed), error) }
  }

  /// To be cancelled is no failure of a candidate, with which others could go on: wherever work is cancelled,
  /// it ends at once and has no result.
  @Test(arguments: choosyWork.indices) func cancelledCandidatesAreNoFailures(index: Int) {
    let (name, work) = Self.choosyWork[index]
    let (total, error) = questions(of: work)
    #expect(error == nil && total > 5, "\(name)")
    for place in 1...12 {
      let first = 1 + (total - 1) * place / 12
      let (count, error) = questions(of: work, cancelledFrom: first)
      #expect(error == .cancelled, "\(name), question \(first) of \(total)")
      // Parts of loops that were to come ask, too, and do nothing.
      #expect(count - first < 50, "\(name), question \(first) of \(total)")
    }
  }

  @Test func progressEndsAtOne() throws {
    let reports = Reports()
    let jackknife = try WorkProgress.reporting(reports.note) {
      () throws(ParzenError) in
      try GroupJackknife(samples: Self.samples, groups: 5) { (samples, threads) throws(ParzenError) in
        try KernelDensity(samples: samples, bandwidth: .scott, threads: threads)
      }
    }
    #expect(jackknife.replicates.count == 5)
    let all = reports.all
    #expect(all == (0...5).map { WorkProgress(phase: 1, done: $0, total: 5) })
    #expect(all.last?.fraction == 1)
  }

  /// Fits have phases; within one nothing goes back, and the last one ends.
  @Test func phasesFollowEachOther() throws {
    let reports = Reports()
    _ = try WorkProgress.reporting(reports.note) {
      () throws(ParzenError) in try MixtureTransformer(samples: Self.samples)
    }
    let all = reports.all
    #expect(all.count > 2 && all.last?.fraction == 1)
    for (before, after) in zip(all, all.dropFirst()) {
      #expect(after.phase > before.phase || (after.phase == before.phase && after.done > before.done))
    }
  }

  @Test func workWithoutPhasesEndsAtOne() throws {
    let reports = Reports()
    WorkProgress.reporting(reports.note) {}
    #expect(reports.all.map(\.fraction) == [1])
  }

  /// A report may itself start work.
  @Test func reportsMayWork() throws {
    let work: @Sendable (WorkProgress) -> Void = { _ in
      _ = try? KernelDensity(samples: Self.samples, bandwidth: .crossValidation)
    }
    try WorkProgress.reporting(work) {
      () throws(ParzenError) in
      _ = try CrossFitting(folds: 3).evaluate(
        Self.samples, fit: { (samples, _) throws(ParzenError) in try KernelDensity(samples: samples) },
        threads: 2)
    }
  }
}
