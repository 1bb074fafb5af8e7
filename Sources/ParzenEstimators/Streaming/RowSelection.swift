import ParzenFiles

/// Which rows of files are samples, and what they weigh.
///
///     var selection = RowSelection()
///     selection.weightColumn = 3
///     selection.dropsMissing = true
///     let source = try SampleSource(contentsOf: files, columns: [0, 1], selection: selection)
public struct RowSelection: Sendable {
  /// The column, from 0, that holds the rows' weights: whole numbers count equal samples, others are
  /// proportions; a row of weight zero is none.
  public var weightColumn: Int?
  /// Numbers that stand for a missing value.
  public var missing: [Double] = []
  /// Whether to leave out rows with a missing, not-a-number or infinite value, instead of refusing.
  public var dropsMissing = false
  /// Of the rows that are left, every so many-th one is a sample, from the first on.
  public var step = 1
  /// A file with one column that has the weights.
  package var weightFile: NumPyRows?

  /// All rows, each of weight 1.
  public init() {}

  /// Whether values decide which rows are samples.
  var readsValues: Bool { hasWeights || dropsMissing || !missing.isEmpty }

  var hasWeights: Bool { weightColumn != nil || weightFile != nil }
}
