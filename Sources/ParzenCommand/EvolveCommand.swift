import ArgumentParser
import Foundation
import Parzen
import ParzenFiles

struct EvolveCommand: MethodCommand {
  static let configuration = CommandConfiguration(
    commandName: "evolve",
    abstract: "Move particles along an equation that needs the score of their density.",
    discussion: """
      The score is estimated anew in every stage of every step, so that the particles' density follows the \
      equation without noise. The output folder receives moments.csv (a row for every step: mean, \
      covariance, energy, entropy, beside the exact ones where they are known), particles.csv (where all are \
      at the end), paths.csv (some at every step), pictures, and checkpoint.safetensors, from which a run \
      that was stopped goes on with --resume.

      Integrators: euler (order 1), heun (2), rk4 (4), and midpoint (2), which keeps the energy of the \
      Landau equation.
      """)

  @OptionGroup var startOptions: StartOptions
  @OptionGroup(title: "Equation") var equationOptions: EquationOptions

  @Option(help: ArgumentHelp("The length of a time step.", valueName: "h"))
  var step = 0.05
  @Option(
    help: ArgumentHelp(
      "The time to stop at, rounded up to a whole number of steps. (default: 3, or the checkpoint's)",
      valueName: "t"))
  var end: Double?
  @Option(help: "How a step is made.")
  var integrator = ParticleIntegrator.midpoint

  @Flag(help: "Take the exact score, where it is known, instead of an estimate.")
  var exactScore = false
  @OptionGroup(title: "Method") var methodOptions: MethodOptions

  @Option(
    help: ArgumentHelp("The folder for tables, pictures and checkpoints.", valueName: "folder"),
    completion: .directory)
  var output: String
  @Option(
    help: ArgumentHelp("Draw the curves of another run's moments.csv beside this one's.", valueName: "file"),
    completion: .file())
  var compare: String?
  @Option(
    help: ArgumentHelp(
      """
      Go on from a checkpoint. Only --end, --output, --overwrite, --compare, --threads and --quiet can be \
      given besides.
      """,
      valueName: "file"),
    completion: .file())
  var resume: String?

  @Flag(help: "Remove the run that is in the output folder, and begin a new one.")
  var overwrite = false

  /// The most seconds between two checkpoints, and those to the first after the start.
  private static let (checkpointInterval, firstInterval) = (60.0, 5.0)

  func validate() throws {
    try checkingUsage {
      try Limits.checkPositive("--step", step)
      if let end { try Limits.checkPositive("--end", end) }
    }
    if resume != nil {
      if let samples = startOptions.samples {
        throw ValidationError(
          "\(samples) is no place to go on from: leave it out, the checkpoint has particles")
      }
      return try EvolveSettings.checkArgumentsOfResuming()
    }
    guard equationOptions.equation != nil else {
      throw ValidationError(
        """
        Missing expected argument '--equation': give one of \
        \(EquationName.allCases.map(\.rawValue).joined(separator: ", "))
        """
      )
    }
    guard startOptions.samples != nil || startOptions.start != nil else {
      throw ValidationError("there are no particles: give a file of them, or a --start")
    }
    if exactScore, !methodOptions.given.isEmpty {
      throw ValidationError("--exact-score and a method exclude each other: give one of them")
    }
  }

  func run() throws {
    let folder = URL(fileURLWithPath: output)
    if let resume {
      let url = URL(fileURLWithPath: resume)
      let checkpoint = try ParticleCheckpoint(contentsOf: url)
      let settings = try EvolveSettings(checkpoint.settings, path: resume)
      var command = try settings.command()
      guard settings.columnNames.count == checkpoint.positions.columns else {
        throw ParzenError.file(
          path: resume,
          reason: "has \(counted(settings.columnNames.count, "name")) for"
            + """
             \(counted(checkpoint.positions.columns, "column")) of particles: give a checkpoint of `parzen \
            evolve`
            """
        )
      }
      command.methodOptions.threadOptions = methodOptions.threadOptions
      command.compare = compare
      command.output = output
      command.resume = resume
      command.overwrite = overwrite
      command.end = end ?? settings.end
      var report = Report()
      report.add("resumed", "\(resume), after step \(checkpoint.records.count - 1)")
      try command.evolve(settings, checkpoint, to: folder, &report)
    } else {
      var report = Report()
      let particles = try startOptions.particles(&report)
      let settings = EvolveSettings(columnNames: particles.columnNames, end: end ?? 3)
      try evolve(settings, ParticleCheckpoint(start: particles.positions), to: folder, &report)
    }
  }

  /// Runs from a checkpoint to the end.
  private func evolve(
    _ settings: EvolveSettings, _ checkpoint: ParticleCheckpoint, to folder: URL, _ report: inout Report
  ) throws {
    var settings = settings
    settings.end = end ?? settings.end
    let steps = try ParticleEvolution.steps(
      to: settings.end, of: step, dimension: checkpoint.positions.columns)
    try EvolveOutput.prepare(folder)
    let lock = try FolderLock(folder.relativePath)
    defer { withExtendedLifetime(lock) {} }
    let checkpointPath = folder.appendingPathComponent("checkpoint.safetensors")
    let names = EvolveOutput.tableNames + [checkpointPath.lastPathComponent]
    let isGoingOn = AtomicFile.isSameFile(checkpointPath.relativePath, resume)
    let replaced =
      isGoingOn
      ? []
      : try RunFolder.replaced(
        in: folder.relativePath, by: names, checkpoint: checkpointPath.lastPathComponent,
        overwrites: overwrite)
    try AtomicFile.check(
      outputs: names.map { folder.appendingPathComponent($0).relativePath },
      inputs: [resume == nil ? startOptions.samples : nil, compare] + methodOptions.inputs)
    let other = try compare.map { try ComparedRun(path: $0) }
    let (equation, details) = try equationOptions.made()
    let source = try scoreSource(for: equation, dimension: checkpoint.positions.columns)
    report.add("equation", details)
    report.add("method", "\(source.name), \(integrator.rawValue) of order \(integrator.order)")
    if checkpoint.positions.rows < 64 {
      warn("\(checkpoint.positions.rows) particles are few: estimates of the score are rough below 64")
    }

    var stopwatch = Stopwatch()
    var evolution = try ParticleEvolution(
      resuming: checkpoint, equation: equation, integrator: integrator, timeStep: step, source: source,
      threads: methodOptions.threadOptions.count)
    if evolution.stepCount >= steps {
      guard end == nil || evolution.stepCount == steps else {
        throw ParzenError.invalidOption(
          "time \(short(evolution.time)) is reached already: give a later --end, or none")
      }
      Console.note("Time \(short(evolution.time)) is reached: tables and pictures are made again.")
    }
    let first = evolution.stepCount
    let latest = LatestState<ParticleCheckpoint>()
    let text = settings.text
    func save(_ evolution: ParticleEvolution) throws(ParzenError) {
      try latest.save(step: evolution.stepCount) { () throws(ParzenError) in
        try evolution.checkpoint(settings: text).write(to: checkpointPath)
      }
    }
    // Nothing can keep the new run from beginning any more.
    for name in replaced { try Folder.remove(name, in: folder.relativePath) }
    try save(evolution)
    var failure: (any Error)?
    do {
      @Sendable func saveLatest() { latest.end { try? $0.write(to: checkpointPath) } }
      try Interruption.stopping(save: saveLatest) {
        try run(&evolution, steps: steps) { evolution, isDue throws(ParzenError) in
          if isDue { try save(evolution) }
          latest.keep { evolution.checkpoint(settings: text) }
        }
      }
    } catch {
      failure = error
    }
    try save(evolution)
    stopwatch.lap("\(counted(evolution.stepCount - first, "step"))")

    let results = EvolveOutput(
      evolution: evolution, start: startOptions.density, columnNames: settings.columnNames, title: details,
      method: source.name, other: other)
    try results.write(to: folder)
    results.summarise(&report)
    stopwatch.lap("output")
    report.add("written", "\(output): \(results.fileNames.joined(separator: ", "))")
    report.add("time", stopwatch.description)
    report.write(toStandardError: false)
    if let drift = results.energyWarning { warn(drift) }
    if let failure {
      Console.note(
        "The last good state, at time \(short(evolution.time)), is in \(checkpointPath.relativePath).")
      throw failure
    }
    if evolution.stepCount < steps {
      Console.print(
        "Stopped. Go on with: parzen evolve --resume \(checkpointPath.relativePath) --output \(output)")
    }
  }

  /// Advances to a number of steps, or until Ctrl-C, with about 20 lines of progress.
  ///
  /// - Parameter save: called after every step, and told whether it is time for a checkpoint.
  private func run(
    _ evolution: inout ParticleEvolution, steps: Int,
    save: (ParticleEvolution, _ isDue: Bool) throws(ParzenError) -> Void
  ) throws {
    Progress.begin("moving the particles")
    defer { Progress.end() }
    let interval = max(1, (steps - evolution.stepCount) / 20)
    let clock = ContinuousClock()
    let start = clock.now
    var (lastSave, begin, done) = (start, start, 0)
    while evolution.stepCount < steps, !Interruption.isRequested {
      let record = try evolution.advance()
      done += 1
      if evolution.stepCount % interval == 0 || evolution.stepCount == steps {
        let seconds = (clock.now - begin) / .seconds(1) / Double(done)
        Console.note(
          String(
            format: "time %.4g of %.4g  energy %.6g  entropy %.4f  %.3f s/step", record.time,
            Double(steps) * step, record.energy, record.entropy, seconds))
        (begin, done) = (clock.now, 0)
      }
      let (elapsed, sinceLast) = ((clock.now - start) / .seconds(1), (clock.now - lastSave) / .seconds(1))
      let isDue = sinceLast > min(Self.checkpointInterval, max(Self.firstInterval, elapsed / 2))
      try save(evolution, isDue)
      if isDue { lastSave = clock.now }
    }
  }

  private func scoreSource(for equation: any ParticleEquation, dimension: Int) throws -> ScoreSource {
    if exactScore {
      guard let density = startOptions.density else {
        throw ParzenError.invalidOption("--exact-score needs a start whose density is known: give a --start")
      }
      return try ScoreSource(exactSolutionOf: equation, from: density)
    }
    let fit = try methodOptions.fitter(for: (1...dimension).map { "\($0)" }, policy: .network)
    let threads = methodOptions.threadOptions.count
    return ScoreSource(name: methodOptions.method.name) { (samples) throws(ParzenError) in
      try fit(samples, nil, threads).density
    }
  }
}

extension ParticleIntegrator: ExpressibleByArgument {}
