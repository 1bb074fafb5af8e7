import Foundation
import Parzen

// The last column of a table given the first one: what to expect, how far off it may be, and how likely an
// interval is.
guard CommandLine.arguments.count == 2 else {
  print("usage: Prediction FILE.csv")
  exit(64)
}
do {
  let table = try Table(contentsOf: URL(filePath: CommandLine.arguments[1]))
  let last = table.columnNames.count - 1
  guard last > 0 else { throw ParzenError.invalidOption("there is one column: give two or more") }
  let density = try MixtureTransformer(samples: table.values).density.marginal(of: [0, last])

  print(table.columnNames[last], "given", table.columnNames[0])
  for share in [0.1, 0.5, 0.9] {
    let given = try density.marginal(of: [0]).quantile(share)
    let answer = try density.conditional(on: [0], equalTo: [given])
    let (low, high) = (try answer.quantile(0.05), try answer.quantile(0.95))
    let inside = try answer.probability(lower: [low], upper: [high])
    let mean = try answer.mean
    print("\(given): mean \(mean), from \(low) to \(high) with probability \(inside.value)")
  }
} catch {
  print(error)
  exit(1)
}
