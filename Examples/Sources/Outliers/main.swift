import Foundation
import Parzen

// The most unusual rows of a table. A row must not vouch for itself: it is judged by estimates without it.
guard CommandLine.arguments.count == 2 else {
  print("usage: Outliers FILE.csv")
  exit(64)
}
do {
  let table = try Table(contentsOf: URL(filePath: CommandLine.arguments[1]))
  let ranking = try OutlierRanking(samples: table.values) { (samples, threads) throws(ParzenError) in
    try MixtureTransformer(samples: samples, policy: .network, threads: threads)
  }
  for row in ranking.order.prefix(5) {
    print(
      "row \(row + 1):", table.values[row: row], "log density", ranking.logDensity[row],
      "a fresh row's is as low with probability", ranking.tailProbability[row])
  }
} catch {
  print(error)
  exit(1)
}
