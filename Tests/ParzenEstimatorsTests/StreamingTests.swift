import Foundation
import ParzenCore
import ParzenDistributions
import ParzenFiles
import Synchronization
import TestSupport
import Testing

@testable import ParzenEstimators

/// Samples that stay on the disk, or that several processes have.
@Suite struct StreamingTests {
  /// Two groups and a skewed column: columns are transformed, groups read by themselves.
  static func samples(_ n: Int, _ d: Int, seed: UInt64 = 3) -> Matrix {
    var generator = Xoshiro256(seed: seed)
    return Matrix(
      rows: n, columns: d,
      elements: (0..<n).flatMap { _ -> [Double] in
        let shift = generator.nextUniform() < 0.4 ? 4.0 : 0
        return (0..<d).map { $0 == 0 ? exp(generator.nextNormal()) : shift + generator.nextNormal() }
      }.map { Double(Float($0)) })
  }

  static func file(_ samples: Matrix, _ rows: Range<Int>) throws -> URL {
    let url = FileManager.default.temporaryDirectory.appending(
      path: "parzen-stream-\(UInt64.random(in: 0...UInt64.max)).npy")
    var writer = try TableWriter(
      path: url.path, columnNames: (0..<samples.columns).map { "\($0)" }, rows: rows.count)
    for row in rows { try writer.append(samples[row: row]) }
    try writer.finish()
    return url
  }

  /// A density by its values at some points, to the bit.
  static func bits(_ estimate: MixtureTransformer) throws -> [UInt64] {
    let d = estimate.dimension
    let queries = Matrix(
      rows: 64, columns: d, elements: (0..<64 * d).map { 0.05 + 0.09 * Double($0 * 37 % 64) })
    return try estimate.logDensity(at: queries).map(\.bitPattern)
  }

  @Test(arguments: [1, 2, 4]) func filesAreAsMemory(dimension: Int) throws {
    let samples = Self.samples(70_000, dimension)
    let expected = try Self.bits(MixtureTransformer(samples: samples))
    let parts = [0..<12_345, 12_345..<12_346, 12_346..<70_000]
    let urls = try parts.map { try Self.file(samples, $0) }
    defer { for url in urls { try? FileManager.default.removeItem(at: url) } }
    let passes = Mutex<[String]>([])
    let streamed = try MixtureTransformer(
      source: SampleSource(contentsOf: urls), memory: 1 << 28, threads: 1,
      onPass: { pass in passes.withLock { $0.append(pass) } })
    #expect(try Self.bits(streamed) == expected)
    // The ranges once more after the rows were put in order.
    #expect(passes.withLock { $0 }.count == 13)
    for threads in [2, 3] {
      let other = try MixtureTransformer(source: SampleSource(contentsOf: urls), threads: threads)
      #expect(try Self.bits(other) == expected)
    }
  }

  /// Small are groups of less than a tenth of the samples that were divided, not of all.
  @Test func largeGroupsAreNotSetApart() throws {
    var generator = Xoshiro256(seed: 17)
    var samples = Matrix(
      rows: 100_000, columns: 1, elements: (0..<100_000).map { _ in generator.nextNormal() })
    for row in 0..<15_000 { samples[row, 0] += 1e4 }
    for row in 15_000..<15_400 { samples[row, 0] -= 1e4 }
    let groups = try MixtureTransformer(samples: samples).record.setApart
    #expect(!groups.isEmpty && groups.joined().allSatisfy { 15_000..<15_400 ~= $0 })
  }

  /// Few samples are as always, wherever they are.
  @Test func fewSamplesAreAsInMemory() throws {
    let samples = Self.samples(900, 2)
    let url = try Self.file(samples, 0..<900)
    defer { try? FileManager.default.removeItem(at: url) }
    let streamed = try MixtureTransformer(source: SampleSource(contentsOf: [url]))
    #expect(try Self.bits(streamed) == Self.bits(MixtureTransformer(samples: samples)))
  }

  /// Processes have the bits of one, whether they read the same files or have parts of their own in memory.
  @Test(arguments: [2, 3, 4]) func ranksAreAsOne(count: Int) throws {
    let samples = Self.samples(100_000, 2)
    let url = try Self.file(samples, 0..<samples.rows)
    defer { try? FileManager.default.removeItem(at: url) }
    let one = try MixtureTransformer(samples: samples)
    let expected = try Self.bits(one)
    let files = ThreadRanks.run(count) { ranks in
      try Self.bits(
        MixtureTransformer(source: SampleSource(contentsOf: [url], ranks: ranks), threads: 1))
    }
    for result in files { #expect(try result.get() == expected) }
    let ends = (0...count).map { $0 * $0 * samples.rows / (count * count) }
    let shards = ThreadRanks.run(count) { ranks in
      let part = samples.selectingRows(ends[ranks.rank]..<ends[ranks.rank + 1])
      return try Self.bits(MixtureTransformer(source: SampleSource(part, ranks: ranks), threads: 1))
    }
    for result in shards { #expect(try result.get() == expected) }
  }

  /// Of many samples with ties the rows are put in order by all processes, on the disk where little memory is
  /// to be used.
  @Test(arguments: [1, 3], [nil, 1 << 28]) func tiedRowsOfAllRanksMayStandInAnyOrder(
    count: Int, memory: Int?
  ) throws {
    let n = 150_000
    var samples = Self.samples(n, 2)
    for row in 0..<n { samples[row, 1] = samples[row, 1].rounded() }
    for row in 77_000..<77_100 { samples[row, 0] += 1e9 }
    let weights = memory == nil ? (0..<n).map { Double($0 % 4) } : nil
    let one = try MixtureTransformer(samples: samples, sampleWeights: weights.map { .counts($0) })
    let (expected, far) = (try Self.bits(one), one.record.setApart)
    #expect(memory == nil || far.joined().allSatisfy { 77_000..<77_100 ~= $0 })
    var generator = Xoshiro256(seed: 9)
    let order = generator.nextPermutation(of: n)
    let given = samples.selectingRows(order)
    let url = try Self.file(given, 0..<n)
    defer { try? FileManager.default.removeItem(at: url) }
    let ends = [0] + (1..<count).map { $0 * 1_000 } + [n]
    let results = ThreadRanks.run(count) { ranks in
      let source =
        if let weights {
          try SampleSource(
            given.selectingRows(ends[ranks.rank]..<ends[ranks.rank + 1]),
            sampleWeights: .counts(order[ends[ranks.rank]..<ends[ranks.rank + 1]].map { weights[$0] }),
            ranks: ranks)
        } else {
          try SampleSource(contentsOf: [url], ranks: ranks)
        }
      let estimate = try MixtureTransformer(source: source, memory: memory, threads: 1)
      return (try Self.bits(estimate), estimate.record.setApart.map { $0.map { order[$0] }.sorted() })
    }
    for result in results {
      let (bits, apart) = try result.get()
      #expect(bits == expected)
      #expect(apart == far)
    }
  }

  /// Shards of less than a chunk, with weights.
  @Test func smallShardsAreAsOne() throws {
    let samples = Self.samples(36_000, 1)
    let weights = (0..<36_000).map { Double($0 % 3) }
    let expected = try Self.bits(MixtureTransformer(samples: samples, sampleWeights: .counts(weights)))
    let ends = [0, 100, 200, 20_000, 20_001, 36_000]
    let shards = ThreadRanks.run(5) { ranks in
      let rows = ends[ranks.rank]..<ends[ranks.rank + 1]
      let source = try SampleSource(
        samples.selectingRows(rows), sampleWeights: .counts(Array(weights[rows])), ranks: ranks)
      return try Self.bits(MixtureTransformer(source: source, threads: 1))
    }
    for result in shards { #expect(try result.get() == expected) }
  }

  /// Of files in which rows have weights and gaps, every process reads a part, and all count the same rows.
  @Test(arguments: [1, 3]) func rowsAreChosenByAllRanks(count: Int) throws {
    var samples = Self.samples(90_000, 3)
    for row in 0..<samples.rows {
      samples[row, 2] = Double(row % 3)
      if row % 11 == 0 { samples[row, 1] = .nan }
    }
    let kept = (0..<samples.rows).filter { $0 % 3 > 0 && $0 % 11 > 0 }
    let chosen = stride(from: 0, to: kept.count, by: 2).map { kept[$0] }
    let inMemory = Matrix(
      rows: chosen.count, columns: 2, elements: chosen.flatMap { [samples[$0, 0], samples[$0, 1]] })
    let expected = try Self.bits(
      MixtureTransformer(
        samples: inMemory, sampleWeights: .counts(chosen.map { samples[$0, 2] }), threads: 2))
    let urls = try [0..<1, 1..<50_000, 50_000..<90_000].map { try Self.file(samples, $0) }
    defer { for url in urls { try? FileManager.default.removeItem(at: url) } }
    let results = ThreadRanks.run(count) { ranks in
      var selection = RowSelection()
      (selection.weightColumn, selection.dropsMissing, selection.step) = (2, true, 2)
      let source = try SampleSource(contentsOf: urls, selection: selection, ranks: ranks)
      #expect(source.rows == chosen.count && source.dimension == 2)
      #expect(source.incompleteRows + source.passedRows == 90_000 - kept.count)
      return try Self.bits(MixtureTransformer(source: source, threads: 1))
    }
    for result in results { #expect(try result.get() == expected) }
    var selection = RowSelection()
    selection.weightColumn = 2
    #expect { try SampleSource(contentsOf: urls, selection: selection) } throws: {
      "\($0)".contains("row 1, column 2 is not a number")
    }
    selection.weightColumn = 3
    #expect(throws: ParzenError.self) { try SampleSource(contentsOf: urls, selection: selection) }
  }

  /// A step far beyond the last row leaves the first one, whether values decide or not.
  @Test(arguments: [false, true]) func anyStepIsPossible(dropsMissing: Bool) throws {
    let url = try Self.file(Self.samples(40, 2), 0..<40)
    defer { try? FileManager.default.removeItem(at: url) }
    for (step, rows) in [(1, 40), (39, 2), (40, 1), (Int.max - 1, 1), (Int.max, 1)] {
      var selection = RowSelection()
      (selection.dropsMissing, selection.step) = (dropsMissing, step)
      #expect(try SampleSource(contentsOf: [url], selection: selection).rows == rows)
    }
  }

  /// Columns that never vary, or that others determine, get noise that is the same by files and processes.
  @Test func regularisedSamplesAreAsInMemory() throws {
    var dependent = Self.samples(70_000, 4)
    for row in 0..<dependent.rows {
      dependent[row, 2] = 5
      dependent[row, 3] = dependent[row, 0] - 2 * dependent[row, 1]
    }
    let samples = dependent
    #expect(throws: ParzenError.self) { try MixtureTransformer(samples: samples) }
    let whole = try MixtureTransformer(samples: samples, regularise: true)
    let expected = try Self.bits(whole)
    let noise = "noise of standard deviation 0.005 added to column 3"
    #expect(whole.record.warnings.contains { $0.contains(noise) })
    let url = try Self.file(samples, 0..<samples.rows)
    defer { try? FileManager.default.removeItem(at: url) }
    let results = ThreadRanks.run(2) { ranks in
      try Self.bits(
        MixtureTransformer(
          source: SampleSource(contentsOf: [url], ranks: ranks), regularise: true, threads: 1))
    }
    for result in results { #expect(try result.get() == expected) }
    // What the samples themselves tell.
    let direct = SampleDiagnosis(samples)
    let sums = SampleSums(
      source: try SampleSource(samples), threads: 2, mostNumbers: 1 << 20, onPass: { _ in })
    #expect(
      try sums.regularised(SampleScan(sums, countsValues: false)).source.noise
        == direct.noise(beside: samples[row: 0]))
  }

  /// An estimate that was interrupted has the rest of the passes to do, and the bits of one that was not.
  @Test(arguments: [1, 2]) func finishedPassesAreNotDoneAgain(count: Int) throws {
    // So many that they are not put in order first.
    let samples = Self.samples(140_000, 2)
    let url = try Self.file(samples, 0..<samples.rows)
    let file = url.appendingPathExtension("passes")
    defer { for url in [url, file] { try? FileManager.default.removeItem(at: url) } }
    let expected = try Self.bits(MixtureTransformer(samples: samples))
    /// An estimate by all processes: its bits, how many passes it did, and what it says about them.
    func estimate(policy: EstimationPolicy = .automatic) throws -> (
      bits: [UInt64], passes: Int, note: String?
    ) {
      let results = ThreadRanks.run(count) { ranks in
        let done = Mutex(0)
        let passes = FinishedPasses(in: file, interval: .zero)
        let estimate = try MixtureTransformer(
          source: SampleSource(contentsOf: [url], ranks: ranks), policy: policy, threads: 1, passes: passes,
          onPass: { _ in done.withLock { $0 += 1 } })
        return (bits: try Self.bits(estimate), passes: done.withLock { $0 }, note: passes.note)
      }
      for result in results.dropFirst() { #expect(try result.get().bits == results[0].get().bits) }
      return try results[0].get()
    }
    let first = try estimate()
    #expect(first.bits == expected && first.passes == 12 && first.note == nil)
    let whole = try SafetensorsFile(contentsOf: file)
    for kept in [12, 10, 5, 1] {
      var part = whole.metadata
      let names = try JSONDecoder().decode([String].self, from: Data(part["passes"]!.utf8))
      part["passes"] = try String(decoding: JSONEncoder().encode(Array(names[..<kept])), as: UTF8.self)
      try SafetensorsFile(tensors: whole.tensors, metadata: part).write(to: file)
      let again = try estimate()
      #expect(again.bits == expected && again.passes == 12 - kept && again.note?.contains("after") == true)
    }
    let other = try estimate(policy: .network)
    #expect(other.passes == 9 && other.note?.contains("other samples or options") == true)
    // The same file with another time, and no file of passes at all.
    try whole.write(to: file)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: url.path)
    #expect(try estimate().passes == 12)
    try Data("{}".utf8).write(to: file)
    #expect(try estimate().passes == 12)
    FinishedPasses(in: file).remove()
    #expect(!FileManager.default.fileExists(atPath: file.path))
    #expect(throws: ParzenError.self) {
      try MixtureTransformer(source: SampleSource(samples), passes: FinishedPasses(in: file))
    }
  }

  /// What one process finds ends all, with its words.
  @Test func anErrorOfOneRankIsThatOfAll() throws {
    var samples = Self.samples(40_000, 2)
    samples[39_000, 1] = .nan
    let wrong = samples
    let results = ThreadRanks.run(3) { ranks in
      let part = wrong.selectingRows((ranks.rank * 40_000 / 3)..<((ranks.rank + 1) * 40_000 / 3))
      return try MixtureTransformer(source: SampleSource(part, ranks: ranks), threads: 1).dimension
    }
    for result in results {
      guard case .failure(let error) = result else {
        Issue.record("a process has not failed")
        continue
      }
      #expect("\(error)".contains("sample 39001 has nan in column 2"))
    }
  }

  /// The tree of sums is that of one process, wherever the chunks are divided.
  @Test func sumsHaveOneTree() {
    var generator = Xoshiro256(seed: 8)
    for count in [1, 2, 3, 7, 32, 33, 100] {
      let leaves = (0..<count).map { SampleSums.Node(level: 0, index: $0, values: [generator.nextNormal()]) }
      func joined(_ ends: [Int]) -> [Double] {
        var whole = SampleSums.Forest()
        for (first, last) in zip([0] + ends, ends + [count]) {
          var part = SampleSums.Forest()
          for leaf in leaves[first..<last] { part.append(leaf, SampleSums.add) }
          for node in part.nodes { whole.append(node, SampleSums.add) }
        }
        return whole.nodes.flatMap(\.values)
      }
      for divisions in 1...5 {
        let ends = (0..<divisions).map { _ in generator.nextInteger(below: count + 1) }.sorted()
        #expect(joined(ends) == joined([]))
      }
      #expect(joined([]).count == count.nonzeroBitCount)
    }
  }

  /// Mean and covariance against the two-pass formula, beside an offset of 1e8 and with weights.
  @Test func momentsAreExact() throws {
    var samples = Self.samples(50_000, 3)
    for row in 0..<samples.rows { samples[row, 1] += 1e8 }
    let weights = (0..<samples.rows).map { Double($0 % 4) }
    let sums = SampleSums(
      source: try SampleSource(samples, sampleWeights: .counts(weights)), threads: 2, mostNumbers: 1 << 20,
      onPass: { _ in })
    let moments = try StreamedMoments(
      sums,
      StreamedCoordinates(
        source: sums.source, cells: [nil, nil, nil], columns: [.identity, .identity, .identity],
        origin: [0, 1e8, 0], scale: [1, 1, 1], weightFactor: 1))
    let total = weights.reduce(0, +)
    #expect(moments.total == total)
    let mean = (0..<3).map { k in
      (0..<samples.rows).reduce(0) { $0 + weights[$1] * (samples[$1, k] - (k == 1 ? 1e8 : 0)) } / total
    }
    for i in 0..<3 {
      #expect(abs(moments.mean[i] - mean[i]) < 1e-11)
      for j in 0..<3 {
        let covariance =
          (0..<samples.rows).reduce(0.0) { sum, row in
            let x = samples[row, i] - (i == 1 ? 1e8 : 0) - mean[i]
            let y = samples[row, j] - (j == 1 ? 1e8 : 0) - mean[j]
            return sum + weights[row] * x * y
          } / (total - 1)
        #expect(abs(moments.covariance[i, j] - covariance) < 1e-10 * (1 + abs(covariance)))
      }
    }
  }

  /// The samples that compete are like all: every one has the same chance, ties or none.
  @Test(arguments: [false, true]) func aPartIsLikeAll(hasTies: Bool) throws {
    let n = 200_000
    var generator = Xoshiro256(seed: 1)
    let samples = Matrix(
      rows: n, columns: 1,
      elements: (0..<n).map { _ in
        let x = generator.nextNormal()
        return hasTies && x < 0 ? -1 : x
      })
    let sums = SampleSums(
      source: try SampleSource(samples), threads: 2, mostNumbers: 1 << 20, onPass: { _ in })
    let scan = try SampleScan(sums, countsValues: true)
    #expect((scan.repeatedRows > 0) == hasTies)
    let subset = try SampleSubset(sums, atMost: 32_768, scan: scan)
    let k = Double(subset.rows.count)
    #expect(k <= 32_768 && k > 32_768 - 10 * 32_768.0.squareRoot())
    for (row, number) in subset.rows.enumerated() { #expect(subset.points[row, 0] == samples[number, 0]) }
    let negative = Double(subset.points.elements.count { $0 < 0 })
    let share = Double(samples.elements.count { $0 < 0 }) / Double(n)
    #expect(abs(negative / k - share) < 5 * (share * (1 - share) / k).squareRoot())
    // Where samples differ, their order does not matter.
    let turned = SampleSums(
      source: try SampleSource(samples.selectingRows((0..<n).reversed())), threads: 2, mostNumbers: 1 << 20,
      onPass: { _ in })
    let other = try SampleSubset(turned, atMost: 32_768, scan: SampleScan(turned, countsValues: true))
    if !hasTies { #expect(Set(other.points.elements) == Set(subset.points.elements)) }
  }

  /// Columns of counts have their ties spread as few samples do, and domains are checked for all samples.
  @Test func tiesAreSpreadAndDomainsChecked() throws {
    var generator = Xoshiro256(seed: 4)
    let samples = Matrix(
      rows: 60_000, columns: 2,
      elements: (0..<60_000).flatMap { _ in
        [Double(generator.nextInteger(below: 20)), 0.1 + generator.nextUniform()]
      })
    let domains: [ColumnDomain] = [.unbounded, .bounded(lower: 0.1, upper: nil)]
    let estimate = try MixtureTransformer(samples: samples, columns: domains)
    #expect(estimate.record.spread[0]?.step == 1)
    let logLikelihood = try estimate.logDensity(at: samples.selectingRows(0..<5000)).reduce(0, +) / 5000
    // Uniform on 20 cells of width 1, and on an interval of length 1.
    #expect(abs(logLikelihood + log(20.0)) < 0.1, "\(logLikelihood)")
    #expect(throws: ParzenError.self) {
      try MixtureTransformer(samples: samples, columns: [.bounded(lower: 1, upper: nil), .unbounded])
    }
  }

  @Test func tooLittleMemoryIsRefused() throws {
    let source = try SampleSource(Self.samples(1000, 2))
    #expect(throws: ParzenError.self) { try MixtureTransformer(source: source, memory: 1 << 20) }
  }

  /// The others wait for a process that cannot read its files.
  @Test func aFileThatOneProcessLacksIsTheErrorOfAll() throws {
    let url = try Self.file(Self.samples(100, 2), 0..<100)
    defer { try? FileManager.default.removeItem(at: url) }
    let outcomes = ThreadRanks.run(3) { ranks in
      try SampleSource(contentsOf: [ranks.rank == 1 ? URL(filePath: "/nowhere.npy") : url], ranks: ranks).rows
    }
    for outcome in outcomes {
      let error = #expect(throws: ParzenError.self) { try outcome.get() }
      #expect("\(error!)".contains("/nowhere.npy"), "\(error!)")
    }
  }

  @Test func filesWithOtherColumnsAreRefused() throws {
    let urls = try [2, 3].map { try Self.file(Self.samples(100, $0), 0..<100) }
    defer { for url in urls { try? FileManager.default.removeItem(at: url) } }
    #expect(throws: ParzenError.self) { try SampleSource(contentsOf: urls) }
    #expect(throws: ParzenError.self) { try SampleSource(contentsOf: []) }
    #expect(throws: ParzenError.self) { try SampleSource(contentsOf: [urls[0]], columns: [2]) }
    #expect(try SampleSource(contentsOf: [urls[1]], columns: [2, 0]).columnNames == ["x3", "x1"])
  }
}
