/// The library's messages name options of reading and of runs in backticks, by their names in Swift, with a
/// value where it matters: `dropMissing`, `header = yes`. Here they have the names of the command line.
enum OptionNames {
  private static let flags = [
    "array": "--array", "columns": "--columns", "decimalMark": "--decimal", "dropMissing": "--drop-missing",
    "droppedColumns": "--drop", "groupMark": "--thousands", "header": "--header", "keepsTies": "--keep-ties",
    "missing": "--missing", "overwrite": "--overwrite", "policy": "--policy", "resume": "--resume",
    "separator": "--separator",
  ]

  /// A message with the names of the command line.
  static func ofCommandLine(_ message: String) -> String {
    message.replacing(/`(\w+)(?: = ([^`]*))?`/) { match in
      guard let flag = flags[String(match.1)] else { return String(match.0) }
      return match.2.map { "\(flag) \($0)" } ?? flag
    }
  }
}
