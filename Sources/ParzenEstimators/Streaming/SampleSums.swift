import ParzenCore
import ParzenKernels

/// What is formed of all samples: for each chunk an array of numbers, and these joined in pairs, pairs of
/// pairs, and so on. Which are joined is a rule of the chunks' numbers, so that the result has the same bits
/// for any number of threads and processes.
///
/// A process that has chunks a to b - 1 is left with the largest nodes of that binary tree that lie within,
/// at most 2 log2(b - a); these are what processes tell each other.
struct SampleSums: Sendable {
  var source: SampleSource
  let threads: Int
  /// The most numbers that chunks under way may hold together.
  let mostNumbers: Int
  /// The passes that are finished, where these are kept.
  var finished: FinishedPasses?
  /// Told of every pass: what it is for.
  let onPass: @Sendable (String) -> Void

  init(
    source: SampleSource, threads: Int, mostNumbers: Int, finished: FinishedPasses? = nil,
    onPass: @escaping @Sendable (String) -> Void
  ) {
    (self.source, self.threads, self.mostNumbers) = (source, threads, mostNumbers)
    (self.finished, self.onPass) = (finished, onPass)
  }

  /// Numbers of chunks joined: those from `index << level` on, `1 << level` of them.
  struct Node: Sendable {
    let level: Int
    let index: Int
    var values: [Double]
  }

  /// Nodes side by side, each as large as possible.
  struct Forest: Sendable {
    private(set) var nodes: [Node] = []

    mutating func append(
      _ node: Node, _ join: (_ left: inout [Double], _ right: [Double]) -> Void
    ) {
      var node = node
      while let last = nodes.last, last.level == node.level, last.index % 2 == 0, last.index + 1 == node.index
      {
        nodes.removeLast()
        var values = last.values
        join(&values, node.values)
        node = Node(level: node.level + 1, index: last.index / 2, values: values)
      }
      nodes.append(node)
    }
  }

  /// Numbers of all samples.
  ///
  /// - Parameters:
  ///   - pass: what it is for.
  ///   - size: about how many numbers a chunk has under way.
  ///   - map: the numbers of a chunk.
  ///   - isFixed: whether all chunks have exactly so many.
  ///   - join: adds to the numbers of some chunks those of others that follow them.
  /// - Throws: the error of the first chunk that has one, in every process.
  func reduce(
    _ pass: String, size: Int, isFixed: Bool = false,
    _ map: @Sendable (SampleRows) throws(ParzenError) -> [Double],
    _ join: (_ left: inout [Double], _ right: [Double]) -> Void
  ) throws(ParzenError) -> [Double] {
    if let known = finished?.next(pass) { return known }
    onPass(pass)
    let own: Result<Forest, ParzenError>
    do throws(ParzenError) { own = .success(try forest(size, map, join)) } catch { own = .failure(error) }
    let all = try source.ranks.agreeing(own) { NumberBytes.encode($0.encoded) }
    var forest = Forest()
    for bytes in all {
      for node in Forest.decoded(NumberBytes.decode(bytes)) {
        guard !isFixed || node.values.count == size else {
          throw .unusableSamples(
            "the processes have come to different numbers: run them on processors of one kind,"
              + " with one version"
          )
        }
        forest.append(node, join)
      }
    }
    // What is left are nodes of different sizes, the last the smallest.
    var nodes = forest.nodes
    var result = nodes.removeLast().values
    for node in nodes.reversed() {
      var left = node.values
      join(&left, result)
      result = left
    }
    finished?.add(pass, result)
    return result
  }

  /// Sums over all samples.
  func sum(
    _ pass: String, size: Int,
    _ add: @Sendable (SampleRows, UnsafeMutablePointer<Double>) throws(ParzenError) -> Void
  ) throws(ParzenError) -> [Double] {
    try reduce(
      pass, size: size, isFixed: true,
      { (rows) throws(ParzenError) in
        let sums = UnsafeMutablePointer<Double>.allocate(capacity: size)
        defer { sums.deallocate() }
        sums.initialize(repeating: 0, count: size)
        try add(rows, sums)
        return Array(UnsafeBufferPointer(start: sums, count: size))
      }, Self.add)
  }

  static func add(_ left: inout [Double], _ right: [Double]) {
    left.withUnsafeMutableBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        for index in left.indices { left[index] += right[index] }
      }
    }
  }

  /// The nodes of the chunks that are here.
  private func forest(
    _ size: Int, _ map: @Sendable (SampleRows) throws(ParzenError) -> [Double],
    _ join: (_ left: inout [Double], _ right: [Double]) -> Void
  ) throws(ParzenError) -> Forest {
    var forest = Forest()
    let phase = WorkPhase(parts: source.chunks.count)
    defer { phase.end() }
    // As many at a time as memory allows: threads wait for each other at the end.
    let chunkNumbers = size + (source.dimension + 2) * SampleSource.chunkRows * 2
    let atOnce = max(threads, min(16 * threads, mostNumbers / chunkNumbers))
    for first in stride(from: source.chunks.lowerBound, to: source.chunks.upperBound, by: atOnce) {
      let count = min(atOnce, source.chunks.upperBound - first)
      let found = try concurrentResults(count, threads: threads) { (index) throws(ParzenError) in
        let sums = try source.withChunk(first + index, map)
        phase.advance()
        return sums
      }
      for (index, sums) in found.enumerated() {
        forest.append(Node(level: 0, index: first + index, values: sums), join)
      }
    }
    return forest
  }
}

extension SampleSums.Forest {
  /// The nodes as numbers: level, index, how many values, values.
  fileprivate var encoded: [Double] {
    nodes.flatMap { [Double($0.level), Double($0.index), Double($0.values.count)] + $0.values }
  }

  fileprivate static func decoded(_ numbers: [Double]) -> [SampleSums.Node] {
    var (nodes, place) = ([SampleSums.Node](), 0)
    while place + 3 <= numbers.count {
      let count = Int(numbers[place + 2])
      nodes.append(
        SampleSums.Node(
          level: Int(numbers[place]), index: Int(numbers[place + 1]),
          values: Array(numbers[(place + 3)..<(place + 3 + count)])))
      place += 3 + count
    }
    return nodes
  }
}

extension SampleSums {
  /// The same samples with a little noise in columns that never vary, or that others determine.
  ///
  /// - Complexity: a pass, O(n d^2) time.
  func regularised(_ scan: SampleScan) throws(ParzenError) -> SampleSums {
    let d = source.dimension
    let isVarying = (0..<d).map { scan.minimum[$0] < scan.maximum[$0] }
    // Within -1 ... 1, so that nothing overflows.
    let scale = (0..<d).map { isVarying[$0] ? scan.maximum[$0] / 2 - scan.minimum[$0] / 2 : 1 }
    let moments = try StreamedMoments(
      self,
      StreamedCoordinates(
        source: source, cells: .init(repeating: nil, count: d),
        columns: .init(repeating: .identity, count: d),
        origin: (0..<d).map { scan.minimum[$0] / 2 + scan.maximum[$0] / 2 }, scale: scale, weightFactor: nil))
    let varying = (0..<d).filter { isVarying[$0] }
    let deviations = (0..<d).map { k in
      isVarying[k] ? (moments.covariance[k, k] * (1 - 1 / moments.total)).squareRoot() : 0
    }
    var correlations = Matrix(rows: varying.count, columns: varying.count)
    for (i, column) in varying.enumerated() {
      for (j, other) in varying.enumerated() {
        correlations[i, j] =
          moments.covariance[column, other] * (1 - 1 / moments.total)
          / (deviations[column] * deviations[other])
      }
    }
    let diagnosis = SampleDiagnosis(
      standardDeviations: zip(deviations, scale).map { $0 * $1 }, correlations: correlations)
    var result = self
    result.source.noise = diagnosis.noise(beside: scan.minimum)
    return result
  }
}
