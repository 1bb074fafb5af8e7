import Foundation
import Parzen

// The log density and the score of a table at its own rows; the estimate is kept in a file.
guard CommandLine.arguments.count == 2 else {
  print("usage: DensityOfATable FILE.csv")
  exit(64)
}
do {
  let table = try Table(contentsOf: URL(filePath: CommandLine.arguments[1]))
  let estimate = try MixtureTransformer(samples: table.values)
  let evaluation = try estimate.evaluate(at: table.values)

  print(table.columnNames.joined(separator: ", "))
  for row in 0..<min(5, table.values.rows) {
    let (logDensity, score) = (evaluation.logDensity[row], evaluation.score[row: row])
    print(table.values[row: row], "log density", logDensity, "score", score)
  }
  let mean = evaluation.logDensity.reduce(0, +) / Double(table.values.rows)
  print("mean log density of \(table.values.rows) rows:", mean)

  let file = FileManager.default.temporaryDirectory.appending(path: "density-of-a-table.json")
  try SavedFit(.transformed(estimate.density), columnNames: table.columnNames).write(to: file)
  let same = try SavedFit(contentsOf: file).density().logDensity(at: table.values)
  print("read back:", same == evaluation.logDensity ? "the same to the bit" : "something else")
} catch {
  print(error)
  exit(1)
}
