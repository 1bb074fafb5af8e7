import ArgumentParser
import Foundation
import Parzen
import ParzenFiles

/// Which density is asked: some of the columns of an estimate, given values of others.
struct DensityView: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Ask about these columns alone, the others integrated out; separated by commas.", valueName: "columns"))
  var marginal: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Given these values: columns with their values, as c=3,d=1.5.", valueName: "column=value,..."))
  var given: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      Given the values in the rows of this file, whose columns have the names of some of the density's: the \
      conditional mean, standard deviation and quantiles for every row.
      """, valueName: "file"),
    completion: .file())
  var givenFile: String?
}

/// A density that is asked, in words and as a function of an estimate.
struct AskedDensity {
  /// The columns with given values.
  let given: [(column: Int, value: Double)]
  /// The columns that are asked about.
  let columns: [Int]
  /// Their names.
  let columnNames: [String]
  /// The names of all columns.
  let allNames: [String]
  let description: String

  /// A density as a mixture: the whole, and what is asked.
  struct Mixture {
    let whole: TransformedMixture
    let asked: TransformedMixture
  }

  /// The density that is asked of an estimate.
  func density(_ estimate: Estimate) throws(ParzenError) -> Mixture {
    let whole = try estimate.transformedMixture()
    var mixture = whole
    var left = Array(0..<whole.dimension)
    if !given.isEmpty {
      mixture = try conditional(of: mixture, on: given.map(\.column), equalTo: given.map(\.value))
      left.removeAll { column in given.contains { $0.column == column } }
    }
    guard columns != left else { return Mixture(whole: whole, asked: mixture) }
    return Mixture(whole: whole, asked: mixture.marginal(of: columns.map { left.firstIndex(of: $0)! }))
  }

  /// The given values that lie beyond the samples, in words; nil where none does.
  func beyond(_ ranges: [ClosedRange<Double>]) -> String? {
    let far = given.filter { !ranges[$0.column].contains($0.value) }.map { column, value -> String in
      let range = ranges[column]
      let figure = short(value, spread: range.upperBound - range.lowerBound)
      return "\(allNames[column]) = \(figure) lies beyond the samples, from \(short(range))"
    }
    return far.isEmpty ? nil : "\(enumeration(far, "and")): the answer rests on tails, not on samples"
  }

  /// The density of the other columns where some have given values.
  ///
  /// - Throws: `ParzenError.invalidOption`, with the column's name, for values that it never has.
  func conditional(
    of mixture: TransformedMixture, on columns: [Int], equalTo values: [Double]
  ) throws(ParzenError) -> TransformedMixture {
    for (column, value) in zip(columns, values) where !mixture.columns[column].contains(value) {
      throw .invalidOption("\(allNames[column]) is never \(value): give a value inside its bounds")
    }
    return try mixture.conditional(on: columns, equalTo: values)
  }
}

extension DensityView {
  /// The files that are read.
  var inputs: [String?] { [givenFile] }

  /// Finds the columns that are named.
  func asked(_ names: [String]) throws(ParzenError) -> AskedDensity {
    var given: [(column: Int, value: Double)] = []
    for part in self.given.flatMap(ColumnList.parts) {
      guard let sign = part.lastIndex(of: "="), let value = Double(part[part.index(after: sign)...]),
        value.isFinite
      else { throw .invalidOption("--given is \(part): give a column, = and a number") }
      let column = try ColumnList.column(String(part[..<sign]), of: names)
      guard !given.contains(where: { $0.column == column }) else {
        throw .invalidOption("--given names the column \(names[column]) twice")
      }
      given.append((column, value))
    }
    let free = names.indices.filter { column in !given.contains { $0.column == column } }
    guard !free.isEmpty else {
      throw .invalidOption("--given names all columns: leave at least one to ask about")
    }
    var columns = free
    if let marginal {
      columns = try ColumnList.columns(marginal, of: names, as: "--marginal")
      guard columns.allSatisfy(free.contains) else {
        throw .invalidOption("--marginal is \(marginal): give columns that are not given, each once")
      }
    }
    let about = columns.map { names[$0] }.joined(separator: ", ")
    let condition = given.map { "\(names[$0.column]) = \(short($0.value))" }.joined(separator: ", ")
    return AskedDensity(
      given: given, columns: columns, columnNames: columns.map { names[$0] }, allNames: names,
      description: "p(\(about)\(given.isEmpty ? "" : " | " + condition))")
  }

  /// The given values of a file: columns of the density, and a row of values for each question.
  func givenValues(
    _ path: String, _ asked: AskedDensity, _ reading: ReadingOptions
  ) throws -> (columns: [Int], values: Matrix) {
    guard asked.given.isEmpty else {
      throw ValidationError("--given and --given-file exclude each other: give one of them")
    }
    let table = try reading.read(path, TableOptions()).table
    let columns = try table.columnNames.map { (name) throws(ParzenError) in
      try ColumnList.column(name, of: asked.allNames)
    }
    guard columns.count < asked.allNames.count else {
      throw ValidationError("\(path) gives all columns: leave at least one to ask about")
    }
    return (columns, table.values)
  }

  /// A box from text such as `a=0:1,b=:3`.
  static func box(_ text: String, _ names: [String]) throws(ParzenError) -> (lower: [Double], upper: [Double])
  {
    var lower = [Double](repeating: -.infinity, count: names.count)
    var upper = [Double](repeating: .infinity, count: names.count)
    for part in ColumnList.parts(text) {
      let sides = part.split(separator: "=", maxSplits: 1)
      let ends = sides.last?.split(separator: ":", omittingEmptySubsequences: false).map { String($0) } ?? []
      let low = ends.first == "" ? -Double.infinity : Double(ends.first ?? "x")
      let high = ends.last == "" ? Double.infinity : Double(ends.last ?? "x")
      guard sides.count == 2, ends.count == 2, let low, let high, low <= high else {
        throw .invalidOption("--box is \(part): give a column, = and its ends, as a=0:1 or a=:3")
      }
      let column = try ColumnList.column(String(sides[0]), of: names)
      (lower[column], upper[column]) = (low, high)
    }
    return (lower, upper)
  }
}
