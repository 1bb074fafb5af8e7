import ArgumentParser
import Parzen

/// What is known of the columns: bounds, periods, whether ties mean something.
struct ColumnOptions: ParsableArguments {
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      """
      A column has no values below this: its name or number, and the bound. May be given for several columns.
      """,
      valueName: "column=value"))
  var lower: [ColumnValue] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("A column has no values above this, likewise.", valueName: "column=value"))
  var upper: [ColumnValue] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Values of a column that differ by a multiple of this are one value, likewise.",
      valueName: "column=period"))
  var periodic: [ColumnValue] = []

  @Flag(
    help: """
      Leave ties as they are. Without it those of rounded or counted columns are spread over the columns' \
      steps, and the report says so.
      """)
  var keepTies = false

  /// Whether nothing is told.
  var isEmpty: Bool { given.isEmpty }

  /// The domains of the columns.
  ///
  /// - Throws: `ParzenError.invalidOption` for columns that do not exist, and for a column with bounds and a
  ///   period.
  func domains(_ names: [String]) throws(ParzenError) -> [ColumnDomain] {
    var bounds = [(lower: Double?, upper: Double?)](repeating: (nil, nil), count: names.count)
    var periods = [Double?](repeating: nil, count: names.count)
    for given in lower { bounds[try ColumnList.column(given.column, of: names)].lower = given.value }
    for given in upper { bounds[try ColumnList.column(given.column, of: names)].upper = given.value }
    for given in periodic { periods[try ColumnList.column(given.column, of: names)] = given.value }
    var result: [ColumnDomain] = []
    for (i, name) in names.enumerated() {
      let isBounded = bounds[i].lower != nil || bounds[i].upper != nil
      if let period = periods[i] {
        guard !isBounded else {
          throw .invalidOption("column \(name) has a period and bounds: give one of them")
        }
        guard period > 0 else {
          throw .invalidOption("the period of column \(name) is \(short(period)): give a positive number")
        }
        result.append(.periodic(period))
      } else {
        if let lower = bounds[i].lower, let upper = bounds[i].upper, lower >= upper {
          throw .invalidOption(
            """
            the bounds of column \(name) are \(short(lower)) and \(short(upper)): the lower must be below \
            the upper
            """)
        }
        result.append(isBounded ? .bounded(lower: bounds[i].lower, upper: bounds[i].upper) : .unbounded)
      }
    }
    return result
  }
}

/// A column, by its name or its number from 1, and a value.
struct ColumnValue: ExpressibleByArgument {
  let column: String
  let value: Double

  init?(argument: String) {
    guard let sign = argument.lastIndex(of: "="),
      let value = Double(argument[argument.index(after: sign)...]),
      value.isFinite
    else { return nil }
    (column, self.value) = (String(argument[..<sign]), value)
  }
}
