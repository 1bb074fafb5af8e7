import Testing

@Suite struct HelpTests {
  @Test func overviewListsTheCommands() throws {
    let outcome = try Tool.run("--help", in: TemporaryFolder())
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(
      outcome.output == """
        OVERVIEW: Log density and score from samples.

        Given samples of an unknown distribution, parzen estimates its density, and at
        any points the logarithm of the density and the score, the gradient of that
        logarithm.

        Files of points are tables of text or NumPy arrays: rows are points, columns
        are dimensions.

        USAGE: parzen <subcommand>

        OPTIONS:
          --version               Show the version.
          -h, --help              Show help information.

        SUBCOMMANDS:
          estimate                Estimate the density of samples, and its score, at
                                  points.
          fit                     Estimate the density of samples once, and save it.
          update                  Take more samples into a saved fit, without the ones
                                  that it was made from.
          query                   Ask an estimated density: marginals, conditionals,
                                  quantiles, probabilities, regions.
          show                    Show a saved fit: how it was made, and its components.
          sample                  Draw new samples from the estimated density of
                                  samples.
          evolve                  Move particles along an equation that needs the score
                                  of their density.
          information             Estimate entropy and Fisher information of samples,
                                  or their divergence from others.
          outliers                Rank samples by how unusual they are.
          modes                   Find the modes of the estimated density, and the
                                  samples that belong to each.
          attention               Show how much each sample counts for the estimate at
                                  a point.
          train                   Train a network on random distributions.
          evaluate                Measure the methods: errors where the true density is
                                  known, likelihood on real data.
          info                    Show the methods, and a weights file's architecture
                                  and training record.

          See 'parzen help <subcommand>' for detailed help.

        """)
  }

  @Test(arguments: [
    (
      "estimate",
      [
        "--drop-missing", "--regularise", "--network", "--queries", "--grid", "--at-samples", "--method",
        "--bandwidth", "--policy", "--adapt", "--uncertainty", "--output", "--plot", "--threads",
      ]
    ),
    ("train", ["--configuration", "--resume", "--initial", "--minutes", "--output", "--threads"]),
    ("evaluate", []),
    (
      "evaluate errors",
      [
        "--targets", "--dimensions", "--sizes", "--contexts", "--methods", "--network", "--tables", "--seed",
        "--queries", "--write-data", "--json", "--plots", "--threads",
      ]
    ),
    ("evaluate functionals", ["--targets", "--methods", "--replicates", "--json"]),
    ("evaluate modes", ["--targets", "--methods", "--json"]),
    (
      "evaluate real",
      ["--methods", "--halves", "--samples-per-dimension", "--keep-ties", "--drop-missing", "--json"]
    ),
    ("evaluate paper", ["--contexts", "--network", "--json"]),
    ("evaluate runtime", ["--dimension", "--sizes", "--methods", "--plots", "--json"]),
    ("info", []),
    (
      "outliers",
      [
        "--drop-missing", "--regularise", "--train", "--seed", "--method", "--output",
        "--plot",
      ]
    ),
    ("modes", ["--drop-missing", "--smallest-share", "--method", "--output", "--plot", "--json"]),
    (
      "information",
      ["--drop-missing", "--regularise", "--relative-to", "--replicates", "--seed", "--method", "--json"]
    ),
    (
      "sample",
      [
        "--drop-missing", "--regularise", "--network", "--count", "--seed", "--method", "--output",
        "--sampler",
        "--chains", "--warm-up", "--thinning", "--step-size",
      ]
    ),
    (
      "evolve",
      [
        "--equation", "--rate", "--diffusion", "--potential", "--stiffness", "--barrier", "--wells",
        "--gamma",
        "--strength", "--start", "--count", "--dimension", "--seed", "--step", "--end", "--integrator",
        "--exact-score", "--method", "--output", "--compare", "--resume", "--threads",
      ]
    ),
  ])
  func everyOptionIsExplained(command: String, options: [String]) throws {
    let outcome = try Tool.run(
      command.split(separator: " ").map(String.init) + ["--help"], in: TemporaryFolder())
    #expect(outcome.status == 0)
    for option in options + ["--help"] {
      #expect(
        outcome.output.contains("\n  \(option) ") || outcome.output.contains(", \(option) "), "\(option)")
    }
  }

  @Test func withoutACommandThereIsHelp() throws {
    let folder = try TemporaryFolder()
    let (bare, help) = (try Tool.run(in: folder), try Tool.run("--help", in: folder))
    #expect(bare.output == help.output)
  }

  @Test func versionIsShown() throws {
    let outcome = try Tool.run("--version", in: TemporaryFolder())
    #expect(outcome.status == 0)
    #expect(outcome.output.split(separator: ".").count == 3)
  }
}
