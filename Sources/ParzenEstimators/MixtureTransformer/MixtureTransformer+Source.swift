import ParzenCore
import ParzenDistributions
import ParzenKernels

extension MixtureTransformer {
  /// Fits to samples that need not fit into memory, or that several processes have. Of more than 32,768
  /// samples in memory the estimate is made in the same way, and has the same bits.
  ///
  /// Up to 131,072 samples, and any number with ties, are put in order first, on the disk where they do not
  /// fit into memory, so that the order of the rows plays no part. Of more without ties it changes rounding.
  /// What several processes have stays where it is: there, ties go by the numbers of rows, so that another
  /// order is another estimate, which differs by a part of its own error.
  ///
  /// Samples are read twelve times, ten from d = 8 on, a pass for every sum, once more to put them in order,
  /// and twice more to regularise them. What is in memory is a part of 32,768 samples at most, which compete
  /// and choose, and some chunks of 16,384 rows.
  ///
  /// - Parameters:
  ///   - source: the samples.
  ///   - network: the network's weights; nil for the shipped ones.
  ///   - policy: what the estimate may rest on.
  ///   - columns: what values each column can have, d domains; unbounded when nil.
  ///   - keepsTies: leaves ties as they are. Otherwise they are spread in columns with at most 65,536 values.
  ///   - regularise: adds a little noise to constant and linearly dependent columns.
  ///   - memory: the most bytes to use; as many as are good for speed when nil. The result does not depend
  ///     on it.
  ///   - threads: the most threads to use.
  ///   - passes: keeps what passes have found, so that an estimate that is interrupted can go on; for samples
  ///     in files.
  ///   - onPass: is told of every pass over the samples.
  /// - Throws: as the initialiser for samples in memory, `ParzenError.invalidOption` for these with `passes`,
  ///   and `ParzenError.file` where files cannot be read; `ParzenError.invalidOption` for less memory than
  ///   the estimate needs.
  /// - Complexity: O(n (d^2 + K h d^2)) time with K <= 64 components in h = 4 heads; memory apart from n.
  public init(
    source: SampleSource, network: MixtureTransformerWeights? = nil, policy: EstimationPolicy = .automatic,
    columns domains: [ColumnDomain]? = nil, keepsTies: Bool = false, regularise: Bool = false,
    memory: Int? = nil, threads: Int = Parallelism.threads, passes: FinishedPasses? = nil,
    onPass: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(ParzenError) {
    self = try Parallelism.limited(to: threads) { () throws(ParzenError) in
      let domains = try Self.checked(domains, policy, dimension: source.dimension)
      let network = network ?? .pretrained
      let budget = try MemoryBudget(memory, dimension: source.dimension, threads: threads)
      var sums = SampleSums(
        source: source, threads: threads, mostNumbers: budget.numbersOfChunks, finished: passes,
        onPass: onPass)
      if let passes {
        guard let identity = source.identity else {
          throw .invalidOption("passes can be kept of samples in files alone: leave them out for others")
        }
        // Everything that a pass may depend on.
        let options = "\(policy) \(domains) \(keepsTies) \(regularise) \(digest(network.parameters))"
        try passes.begin("\(packageVersion) \(options) \(identity)", source.ranks)
      }
      // What few samples can tell is told by all of them at once.
      guard source.rows > SampleFolds.most else {
        let (samples, weights) = try source.all(sums)
        do throws(ParzenError) {
          return try Self(
            samples: samples, sampleWeights: weights, network: network, policy: policy, columns: domains,
            keepsTies: keepsTies, regularise: regularise, threads: threads)
        } catch {
          throw error.labelled(source.labels)
        }
      }
      var scan = try SampleScan(sums, countsValues: true)
      try scan.check(domains, source.labels)
      if regularise {
        sums = try sums.regularised(scan)
        scan = try SampleScan(sums, countsValues: true)
      }
      let noise = sums.source.noise
      let ascending = try AscendingSource(sums, scan)
      if let ascending {
        sums.source = ascending.source
        scan = try SampleScan(sums, countsValues: true)
      }
      let estimate = try StreamedEstimate(
        sums, scan, noise: noise, network: network, policy: policy, domains: domains, keepsTies: keepsTies)
      return Self(
        density: estimate.density, record: try ascending?.renumbered(estimate.record) ?? estimate.record,
        policy: policy, network: network, threads: threads)
    }
  }
}

/// How an estimate divides its memory.
struct MemoryBudget {
  /// The numbers that chunks under way may hold together.
  let numbersOfChunks: Int

  /// The samples that compete, a number of times, for every thread that estimates from them.
  private static func base(dimension d: Int) -> Int {
    96 << 20 + 64 * SampleFolds.most * (d + 8) + 8 * 64 * 4 * (d + 2) * (d + 2) * 8
  }

  private static func chunk(dimension d: Int) -> Int { 8 * 3 * SampleSource.chunkRows * (d + 2) }

  /// - Throws: `ParzenError.invalidOption` for less than is needed.
  init(_ memory: Int?, dimension d: Int, threads: Int) throws(ParzenError) {
    guard let memory else {
      numbersOfChunks = 1 << 26
      return
    }
    let needed = Self.base(dimension: d) + threads * Self.chunk(dimension: d)
    guard memory >= needed else {
      throw .invalidOption(
        "\(memory >> 20) MB are too little memory for \(d) columns on \(threads) threads:"
          + " give \(needed >> 20 + 1) MB or more")
    }
    numbersOfChunks = (memory - Self.base(dimension: d)) / 8
  }
}
