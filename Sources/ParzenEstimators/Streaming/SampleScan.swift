import ParzenCore
import ParzenDistributions
import Synchronization

/// What a first look at all samples tells: how many there are, their ranges, and which of their columns have
/// few values.
struct SampleScan: Sendable {
  /// The rows of positive weight.
  let rows: Int
  /// The sum of the weights, and of their squares.
  let weight: Double
  let squaredWeight: Double
  /// The smallest and the largest value of every column, and the numbers of their rows.
  let minimum: [Double]
  let maximum: [Double]
  let minimumRows: [Int]
  let maximumRows: [Int]
  /// Rows that are equal to another one of their chunk.
  let repeatedRows: Int
  /// Of columns with at most 65,536 values: how many rows have each of them.
  let values: [[Double: Int]?]

  /// A column with more values than this has no steps that an estimate could see.
  static let mostValues = 1 << 16

  /// - Parameter countsValues: whether `values` are wanted.
  /// - Throws: `ParzenError.unusableSamples` for samples that are not finite or beyond 1e300, with the number
  ///   of the row.
  /// - Complexity: O(n d) time; memory of the tables of values.
  init(_ sums: SampleSums, countsValues: Bool) throws(ParzenError) {
    let d = sums.source.dimension
    let size = 4 + 4 * d
    let labels = sums.source.labels
    // A column that is found to be continuous in one chunk is so in all.
    let isContinuous = Mutex([Bool](repeating: !countsValues, count: d))
    let found = try sums.reduce(
      "ranges of the columns", size: size + 64 * d,
      { (rows) throws(ParzenError) in
        var numbers = try Self.head(rows, labels)
        for column in 0..<d {
          let isKnown = isContinuous.withLock { $0[column] }
          let table = isKnown ? nil : Self.table(rows, column)
          if table == nil { isContinuous.withLock { $0[column] = true } }
          numbers += Self.encode(table)
        }
        return numbers
      },
      { left, right in Self.join(&left, right, d) })
    rows = Int(found[0])
    (weight, squaredWeight, repeatedRows) = (found[1], found[2], Int(found[3]))
    func row(_ place: Int) -> [Double] { Array(found[(4 + place * d)..<(4 + (place + 1) * d)]) }
    (minimum, maximum) = (row(0), row(1))
    (minimumRows, maximumRows) = (row(2).map { Int($0) }, row(3).map { Int($0) })
    var place = size
    values = (0..<d).map { _ in Self.decode(found, &place) }
    guard rows > 0 else { throw .unusableSamples("all samples have the weight zero: give positive ones") }
  }

  /// Count, weights, repeated rows, minima, maxima and their rows.
  private static func head(_ rows: SampleRows, _ labels: SampleLabels) throws(ParzenError) -> [Double] {
    let d = rows.dimension
    var numbers = [Double](repeating: 0, count: 4 + 4 * d)
    for k in 0..<d { (numbers[4 + k], numbers[4 + d + k]) = (.infinity, -.infinity) }
    var hashes = RepeatedHashes(rows: SampleSource.chunkRows)
    for row in 0..<rows.count where rows.counts(row) {
      let weight = rows.weight(row)
      numbers[0] += 1
      numbers[1] += weight
      numbers[2] += weight * weight
      let values = rows.values + row * d
      for k in 0..<d {
        let value = values[k]
        guard abs(value) <= SampleDiagnosis.largest else {
          throw SampleDiagnosis.refusal(value, row: rows.first + row, column: k).labelled(labels)
        }
        if value < numbers[4 + k] {
          (numbers[4 + k], numbers[4 + 2 * d + k]) = (value, Double(rows.first + row))
        }
        if value > numbers[4 + d + k] {
          (numbers[4 + d + k], numbers[4 + 3 * d + k]) = (value, Double(rows.first + row))
        }
      }
      if hashes.contains(RowHash.values(values, d)) { numbers[3] += 1 }
    }
    return numbers
  }

  private static func join(_ left: inout [Double], _ right: [Double], _ d: Int) {
    for index in 0..<4 { left[index] += right[index] }
    for k in 0..<d {
      if right[4 + k] < left[4 + k] {
        (left[4 + k], left[4 + 2 * d + k]) = (right[4 + k], right[4 + 2 * d + k])
      }
      if right[4 + d + k] > left[4 + d + k] {
        (left[4 + d + k], left[4 + 3 * d + k]) = (right[4 + d + k], right[4 + 3 * d + k])
      }
    }
    var (ownPlace, otherPlace) = (4 + 4 * d, 4 + 4 * d)
    let tables = (0..<d).map { _ -> [Double: Int]? in
      let (own, other) = (decode(left, &ownPlace), decode(right, &otherPlace))
      guard let own, let other else { return nil }
      let joined = own.merging(other, uniquingKeysWith: +)
      return joined.count > mostValues ? nil : joined
    }
    left.removeLast(left.count - (4 + 4 * d))
    for table in tables { left += encode(table) }
  }
}

extension SampleScan {
  /// Throws where samples are outside their domains, or too far from zero for what they differ by.
  ///
  /// - Parameter labels: those of the samples.
  func check(_ domains: [ColumnDomain], _ labels: SampleLabels) throws(ParzenError) {
    do throws(ParzenError) {
      try SampleDiagnosis.checkOffsets(zip(minimum, maximum).map { $0...$1 })
      for (column, domain) in domains.enumerated() {
        try domain.check(
          [(minimumRows[column], minimum[column]), (maximumRows[column], maximum[column])], column: column)
      }
    } catch {
      throw error.labelled(labels)
    }
  }
}

// MARK: - Tables of values

extension SampleScan {
  /// A full chunk with more values than this has a continuous column: 65,536 equally frequent ones would make
  /// 14,500.
  private static let mostOfChunk = 15_500

  /// The values of a column in a chunk; nil where nearly all differ.
  private static func table(_ rows: SampleRows, _ column: Int) -> [Double: Int]? {
    var table: [Double: Int] = [:]
    for row in 0..<rows.count where rows.counts(row) {
      table[rows.values[row * rows.dimension + column] + 0, default: 0] += 1
      if table.count > mostOfChunk { return nil }
    }
    return table
  }

  /// How many values, then each with its count, ascending; -1 for no table.
  private static func encode(_ table: [Double: Int]?) -> [Double] {
    guard let table else { return [-1] }
    return [Double(table.count)] + table.sorted { $0.key < $1.key }.flatMap { [$0.key, Double($0.value)] }
  }

  private static func decode(_ numbers: [Double], _ place: inout Int) -> [Double: Int]? {
    let count = Int(numbers[place])
    place += 1
    guard count >= 0 else { return nil }
    defer { place += 2 * count }
    return Dictionary(
      uniqueKeysWithValues: (0..<count).map { (numbers[place + 2 * $0], Int(numbers[place + 2 * $0 + 1])) })
  }
}

/// Numbers that rows have by themselves, as evenly spread as random ones.
///
/// G. L. Steele, D. Lea, C. H. Flood, Fast splittable pseudorandom number generators, OOPSLA 2014.
enum RowHash {
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Of the values of a row. Minus zero is zero.
  static func values(_ row: UnsafePointer<Double>, _ d: Int) -> UInt64 {
    (0..<d).reduce(0) { mix($0 ^ (row[$1] + 0).bitPattern) }
  }

  /// Of the number of a row, and of a stream.
  static func number(_ row: Int, stream: Int) -> UInt64 {
    mix(mix(UInt64(bitPattern: Int64(row))) ^ UInt64(bitPattern: Int64(stream)))
  }

  /// A number between 0 and 1, neither of them.
  static func uniform(_ hash: UInt64) -> Double { (Double(hash >> 11) + 0.5) * 0x1p-53 }
}

/// The hashes that have been seen: an open table, at most half full.
struct RepeatedHashes {
  private var table: [UInt64]

  /// - Parameter rows: the most that are looked up.
  init(rows: Int) {
    var size = 2
    while size < 2 * rows { size *= 2 }
    table = [UInt64](repeating: 0, count: size)
  }

  /// Whether a hash was seen before; it is from now on.
  mutating func contains(_ hash: UInt64) -> Bool {
    let key = max(hash, 1)
    let mask = table.count - 1
    return table.withUnsafeMutableBufferPointer { table in
      var place = Int(truncatingIfNeeded: key) & mask
      while table[place] != 0 {
        if table[place] == key { return true }
        place = (place + 1) & mask
      }
      table[place] = key
      return false
    }
  }
}
