import Foundation
import Parzen

// The differential entropy of a table's distribution, in nats, with a 95 % interval.
guard CommandLine.arguments.count == 2 else {
  print("usage: EntropyWithAnInterval FILE.csv")
  exit(64)
}
do {
  let table = try Table(contentsOf: URL(filePath: CommandLine.arguments[1]))
  let information = try SampleInformation(
    samples: table.values,
    fit: { (samples, threads) throws(ParzenError) in
      try MixtureTransformer(samples: samples, policy: .network, threads: threads)
    }, options: AnalysisOptions(replicates: 50, seed: 1))
  let entropy = information.entropy
  print("entropy", entropy.value, "from", entropy.value - 1.96 * entropy.standardError, terminator: " ")
  print("to", entropy.value + 1.96 * entropy.standardError)
  if let neighbours = information.nearestNeighbourEntropy {
    print("by nearest neighbours", neighbours.value, "+-", neighbours.standardError)
  }
  if let doubt = information.entropyDoubt { print("do not trust the interval:", doubt) }
} catch {
  print(error)
  exit(1)
}
