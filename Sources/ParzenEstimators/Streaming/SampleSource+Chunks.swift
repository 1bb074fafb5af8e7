import ParzenCore

/// Some rows, as they are read.
struct SampleRows {
  /// The number of the first one among all samples.
  let first: Int
  /// The rows, row by row.
  let values: UnsafePointer<Double>
  let count: Int
  let dimension: Int
  /// The weight of each row; nil for ones.
  let weights: ArraySlice<Double>?

  /// Whether a row counts.
  func counts(_ row: Int) -> Bool { weights.map { $0[$0.startIndex + row] > 0 } ?? true }

  func weight(_ row: Int) -> Double { weights.map { $0[$0.startIndex + row] } ?? 1 }
}

extension SampleSource {
  /// The rows of a chunk.
  func rowRange(ofChunk chunk: Int) -> Range<Int> {
    let first = rowRange.lowerBound + (chunk - chunks.lowerBound) * Self.chunkRows
    return first..<min(first + Self.chunkRows, rowRange.upperBound)
  }

  /// Reads a chunk and works on it.
  ///
  /// - Complexity: memory of a chunk, less than 16,384 d numbers.
  func withChunk<Result>(
    _ chunk: Int, _ body: (SampleRows) throws(ParzenError) -> Result
  ) throws(ParzenError) -> Result {
    let range = rowRange(ofChunk: chunk)
    let place = range.lowerBound - rowRange.lowerBound
    func rows(_ values: UnsafePointer<Double>, _ weights: ArraySlice<Double>?) -> SampleRows {
      SampleRows(
        first: range.lowerBound, values: values, count: range.count, dimension: dimension, weights: weights)
    }
    if case .memory(let samples, let weights) = storage, noise == nil {
      return try samples.elements.withUnsafeBufferPointer { elements throws(ParzenError) in
        try body(rows(elements.baseAddress! + place * dimension, weights?[place..<place + range.count]))
      }
    }
    let values = UnsafeMutablePointer<Double>.allocate(capacity: range.count * dimension)
    defer { values.deallocate() }
    let weights: ArraySlice<Double>?
    switch storage {
    case .memory(let samples, let all):
      samples.elements.withUnsafeBufferPointer {
        values.initialize(from: $0.baseAddress! + place * dimension, count: range.count * dimension)
      }
      weights = all?[place..<place + range.count]
    case .files(let files, let first):
      weights = try files.read(range.lowerBound - first..<range.upperBound - first, into: values)?[...]
    }
    noise?.add(to: values, rows: range.count, dimension: dimension, block: chunk)
    return try body(rows(values, weights))
  }
}
