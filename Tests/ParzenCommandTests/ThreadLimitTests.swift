import Parzen
import Testing

@testable import ParzenCommand

/// `--threads` holds for all that a command does, a saved fit's evaluation, too, which has no limit of its
/// own.
@Suite struct ThreadLimitTests {
  @Test(arguments: [
    "estimate --fit fit.json --grid 3", "query --fit fit.json", "sample --fit fit.json --count 3",
    "modes --fit fit.json --queries points.csv", "estimate data.csv", "outliers data.csv",
    "information data.csv", "attention data.csv --query 1,2", "fit data.csv --save fit.json",
    "update fit.json data.csv --save fit.json", "train --output run",
    "evolve --start bkw --equation landau --output run", "evaluate", "evaluate modes", "evaluate functionals",
    "evaluate real", "evaluate paper 1", "evaluate runtime",
  ])
  func allWorkOfACommandIsLimited(line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let command = try ParzenCommand.parseAsRoot(words + ["--threads", "1"])
    #expect(command.limited { Parallelism.threads } == 1)
    #expect(try ParzenCommand.parseAsRoot(words).limited { Parallelism.threads } == Parallelism.threads)
  }
}
