/// How a file of points is to be read. The defaults read what is clear, and refuse what is not.
///
/// ```swift
/// var options = TableOptions()
/// options.columns = ["mass", "2-5"]
/// options.dropMissing = true
/// ```
public struct TableOptions: Sendable, Equatable {
  /// The kinds of files that hold a table.
  public enum Format: String, CaseIterable, Sendable {
    /// Delimited text: commas, semicolons, tabs, bars, colons or white space.
    case csv
    /// One NumPy array.
    case npy
    /// Several NumPy arrays in one archive.
    case npz
    /// A Markov chain as GetDist and CosmoMC write it: text with a weight, minus the log posterior, and the
    /// parameters, whose names are in a file beside it that ends in `.paramnames`.
    case chain
  }

  /// Whether the first row of a text holds the names of the columns.
  public enum Header: String, CaseIterable, Sendable {
    /// As the rows say; where they do not, reading fails with the question.
    case automatic
    case yes
    case no
  }

  /// The kind of file; nil for what its first bytes say.
  public var format: Format?
  /// The columns to keep, in this order: names, or numbers from 1, or ranges of numbers as `2-5`; nil for
  /// all.
  public var columns: [String]?
  /// The names of another table's columns, which are wanted from this file in their order. A file with
  /// other names or none gives its columns in their own order, if there are as many; otherwise `columns`
  /// applies.
  public var matchingNames: [String]?
  /// Columns to leave out, named in the same way.
  public var droppedColumns: [String] = []
  /// Whether the text has a header.
  public var header = Header.automatic
  /// The lines to skip at the start of a text.
  public var skippedLines = 0
  /// What stands between the fields of a text, `" "` for any white space; nil for what its lines say.
  public var separator: Character?
  /// The decimal mark of a text, `.` or `,`; nil for what its numbers say.
  public var decimalMark: Character?
  /// What stands between groups of three digits; nil for what the numbers say.
  public var groupMark: Character?
  /// Texts, or numbers, that stand for a missing value beside the usual ones.
  public var missing: [String] = []
  /// Whether to leave out rows with a missing, not-a-number or infinite value, instead of refusing.
  public var dropMissing = false
  /// Which array of a `.npz` file to read; nil for the only one, or all columns of equal length.
  public var array: String?
  /// The column that holds the samples' weights, named as in `columns`; it is no column of the table then.
  public var weightColumn: String?
  /// Whether to keep the texts of the columns that are left out.
  public var keepsOtherColumns = false

  /// The names of the columns, where another file gives them.
  var givenNames: [String]?

  /// The default options.
  public init() {}
}
