import Testing

/// Mistakes in the arguments: a message, how to get help, and the exit code 64 (EX_USAGE).
@Suite struct UsageErrorTests {
  private static let cases: [(arguments: String, message: String)] = [
    ("estimate", "Missing expected argument '<samples>'"),
    ("guess data.csv", "2 unexpected arguments: 'guess', 'data.csv'"),
    ("estimate data.csv --grid 1", "--grid is 1: give 2 or more points for each axis"),
    (
      "estimate data.csv --grid 9 --at-samples",
      "--grid and --at-samples exclude each other: give one of them"
    ),
    (
      "estimate data.csv --queries other.csv --grid 9",
      "--queries and --grid exclude each other: give one of them"
    ),
    ("estimate data.csv --method knn", "The value 'knn' is invalid for '--method <method>'"),
    (
      "estimate data.csv --bandwidth 0",
      """
      The value '0' is invalid for '--bandwidth <rule>': give scott, silverman, cross-validation or a \
      positive number in the units of the data
      """
    ),
    (
      "estimate data.csv --bandwidth -0.5",
      """
      The value '-0.5' is invalid for '--bandwidth <rule>': give scott, silverman, cross-validation or a \
      positive number in the units of the data
      """
    ),
    (
      "estimate data.csv --bandwidth nan",
      """
      The value 'nan' is invalid for '--bandwidth <rule>': give scott, silverman, cross-validation or a \
      positive number in the units of the data
      """
    ),
    (
      "estimate data.csv --bandwidth wide",
      """
      The value 'wide' is invalid for '--bandwidth <rule>': give scott, silverman, cross-validation or a \
      positive number in the units of the data
      """
    ),
    (
      "estimate data.csv --bandwidth 0.5",
      """
      --bandwidth is for the methods kde, sd-kde and kde-attention: add --method kde, sd-kde or kde-attention
      """
    ),
    (
      "estimate data.csv --method kde --network w.safetensors",
      "--network is for the methods mixture and cross-attention: leave out --method kde"
    ),
    ("estimate data.csv --method cross-attention --adapt=-1", "--adapt is -1: give 0 or more"),
    (
      "estimate data.csv --method em --adapt 4",
      "--adapt is for the method cross-attention: add --method cross-attention"
    ),
    (
      "estimate data.csv --method kde --uncertainty",
      "--uncertainty is for the methods mixture and em: the error of the others is mostly bias"
    ),
    (
      "train --output run --resume c.safetensors --initial w.safetensors",
      "--resume and --initial exclude each other: a checkpoint has its own weights"
    ),
    ("evaluate --contexts 0", "--contexts is 0: give 1 or more"),
    ("evaluate --sizes 64 0", "one of --sizes is 0: give 1 or more"),
    ("evaluate --dimensions 0", "one of --dimensions is 0: give 1 or more"),
    ("evaluate --targets gaussian", "there is no target \"gaussian\"; choose from gmm, "),
    ("evaluate --methods knn", "there is no method \"knn\"; choose from mixture, "),
    ("evaluate real --halves 0", "--halves is 0: give 1 or more"),
    ("evaluate real --samples-per-dimension 0.5", "--samples-per-dimension is 0.5: give 1 or more"),
    ("evaluate runtime --dimension 0", "--dimension is 0: give 1 or more"),
    ("evaluate functionals --replicates 1", "--replicates is 1: give 2 or more"),
    (
      "evaluate --write-data out --json x.json",
      "--json is for what is measured, and --write-data measures nothing: leave it out"
    ),
    (
      "estimate data.csv --single-pass",
      "--single-pass is for the method cross-attention: add --method cross-attention"
    ),
    ("estimate data.csv --threads 0", "--threads is 0: give 1 or more"),
    (
      "estimate data.csv --output out.txt",
      "out.txt: the name of the output file must end in .csv, .npy or .json"
    ),
    ("estimate data.csv --plot out.gif", "out.gif: the name of the picture must end in .svg, .png or .pdf"),
    ("sample data.csv", "Missing expected argument '--count <n>'"),
    ("sample data.csv --count 0", "--count is 0: give 1 or more"),
    ("sample data.csv --count 3 --seed -1", "Missing value for '--seed <s>'"),
    ("sample data.csv --count 3 --sampler gibbs", "The value 'gibbs' is invalid for '--sampler <sampler>'"),
    (
      "sample data.csv --count 3 --chains 4",
      "--chains is for Markov chains: give --sampler metropolis-langevin, or leave it out"
    ),
    ("sample data.csv --count 3 --sampler langevin --chains 0", "--chains is 0: give 1 or more"),
    (
      "sample data.csv --count 3 --sampler langevin --step-size 0",
      "--step-size is 0.0: give a positive number"
    ),
    (
      "evolve --start bkw --equation boltzmann --output o", "The value 'boltzmann' is invalid for '--equation"
    ),
    (
      "evolve --start bkw --output o",
      "Missing expected argument '--equation': give one of ornstein-uhlenbeck, fokker-planck, landau"
    ),
    ("evolve --equation landau --output o", "there are no particles: give a file of them, or a --start"),
    ("evolve --start bkw --equation landau", "Missing expected argument '--output <folder>'"),
    ("evolve --start bkw --equation landau --output o --step 0", "--step is 0.0: give a positive number"),
    ("evolve --start bkw --equation landau --output o --end -1", "Missing value for '--end <t>'"),
    (
      "evolve --start bkw --equation landau --output o --gamma -4",
      "gamma is -4.0: give a number from -3 (Coulomb) over 0 (Maxwell molecules) to 1 (hard spheres)"
    ),
    (
      "evolve --start bkw --equation landau --output o --diffusion 2",
      "--diffusion is for the equations ornstein-uhlenbeck and fokker-planck: leave it out"
    ),
    (
      "evolve --start bkw --equation fokker-planck --output o --wells 2",
      "--wells is for the potential double-well: leave it out"
    ),
    (
      "evolve data.csv --start bkw --equation landau --output o",
      "data.csv and --start bkw exclude each other: give one of them"
    ),
    (
      "evolve data.csv --count 9 --equation landau --output o",
      "--count is for particles that are drawn: give a --start, or leave it out"
    ),
    (
      "evolve --start bkw --dimension 5 --equation landau --output o",
      "the start bkw is for 2 or 3 dimensions, not 5"
    ),
    (
      "evolve --resume c.safetensors --step 0.1 --output o",
      "--step is decided by the checkpoint: leave it out"
    ),
    // What would change nothing is refused.
    (
      "estimate data.csv --fit fit.json --grid 3", "data.csv and --fit exclude each other: give one of them"
    ),
    (
      "fit data.csv --fit fit.json --save new.json",
      "data.csv and --fit exclude each other: give one of them"
    ),
    (
      "sample --fit fit.json --count 3 --method mixture",
      """
      --method is for an estimate of samples, and a saved fit (--fit) is one already: leave it out
      """
    ),
    (
      "query --fit fit.json --policy network --lower a=0",
      """
      --policy and --lower are for an estimate of samples, and a saved fit (--fit) is one already: leave \
      them out
      """
    ),
    (
      "estimate --fit fit.json --grid 3 --regularise --thin 2 --sample-weights w",
      """
      --sample-weights, --thin and --regularise are for samples, and a saved fit (--fit) stands in their place
      """
    ),
    ("modes --fit fit.json --queries q.csv --chain", "--chain is for samples, and a saved fit (--fit)"),
    (
      "estimate --fit fit.json --grid 3 --columns a --drop-missing",
      "--columns and --drop-missing are for files of points, and with --fit none is read: leave them out"
    ),
    ("sample --fit fit.json --count 3 --header no", "--header is for files of points, and with --fit none"),
    ("query --fit fit.json --separator tab", "--separator is for files of points, and with --fit none"),
    (
      "modes --fit fit.json --queries q.csv --plot p.svg --json m.json --save s.json",
      """
      --save, --plot and --json are for modes that are looked for, and those of a saved fit (--fit) are \
      found already: leave them out
      """
    ),
    (
      "modes --fit fit.json --queries q.csv --significance 0.01",
      "--significance is for modes that are looked for"
    ),
    (
      "modes --fit fit.json --queries q.csv --keep-ties", "--keep-ties is for an estimate of samples"
    ),
    (
      "query data.csv --keep-columns",
      "--keep-columns is for the results of `modes` and `outliers`: leave it out"
    ),
    ("sample data.csv --count 3 --keep-columns", "--keep-columns is for the results of"),
    ("estimate data.csv --keep-columns", "--keep-columns is for the results of"),
    (
      "evolve --start bkw --equation landau --output o --columns a --skip 1",
      "--columns and --skip are for a file of particles: leave them out"
    ),
    (
      "information data.csv --between a --and b --replicates 50",
      "--replicates is not for --between, whose errors need no bootstrap: leave it out"
    ),
    (
      "information data.csv --between a --and b --sample-weights w",
      "--sample-weights is not for --between, which takes samples of equal weight alone: leave it out"
    ),
    ("information data.csv --between a --and b --periodic a=1", "--periodic is not for --between"),
    (
      "attention data.csv --query 1,2 --chain",
      "--chain is not for attention, which is between samples of equal weight: leave it out"
    ),
    (
      "evaluate --write-data out --methods kde",
      "--methods is for what is measured, and --write-data measures nothing: leave it out"
    ),
    (
      "evaluate --methods kde em --network w.safetensors",
      "--network is for the mixture transformer: leave it out"
    ),
    (
      "evolve --start two-modes --equation landau --output o --exact-score --policy network",
      "--exact-score and a method exclude each other: give one of them"
    ),
    (
      "evolve --start two-modes --equation landau --output o --exact-score --method kde",
      "--exact-score and a method exclude each other: give one of them"
    ),
  ]

  @Test(arguments: cases)
  func mistakeIsExplained(arguments: String, message: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Tool.run(arguments.split(separator: " ").map(String.init), in: folder)
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.first?.hasPrefix("Error: \(message)") == true, "\(outcome.errors)")
    #expect(lines.contains { $0.hasPrefix("Usage: parzen") })
    #expect(outcome.errors.contains("--help' for more information."))
    let names = try folder.names
    #expect(names.isEmpty)
  }

  @Test(arguments: ["mmx", "AVX2", ""]) func unknownInstructionSetsAreRefused(name: String) throws {
    let outcome = try Tool.shell("PARZEN_INSTRUCTION_SET='\(name)' parzen info", in: TemporaryFolder())
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("PARZEN_INSTRUCTION_SET is \"\(name)\", which is not here"))
    #expect(try Tool.shell("PARZEN_INSTRUCTION_SET=portable parzen info", in: TemporaryFolder()).status == 0)
  }
}
