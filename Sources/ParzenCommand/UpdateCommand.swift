import ArgumentParser
import Foundation
import Parzen
import ParzenFiles

struct UpdateCommand: ThreadedCommand {
  static let configuration = CommandConfiguration(
    commandName: "update",
    abstract: "Take more samples into a saved fit, without the ones that it was made from.",
    discussion: """
      The components of the fit are moved, each old one counting as the samples that it stands for: number, \
      mean and covariance are those of all samples, but no component is added. Where the report says that \
      the new samples are unlike the old ones, fit all of them anew.
      """)

  @Argument(help: "The saved fit.", completion: .file(extensions: ["json"]))
  var fit: String

  @Argument(
    help: "Files of new samples in the fit's columns; a name may have wildcards, as 'part-*.npy'.",
    completion: .file())
  var samples: [String]

  @OptionGroup(title: "Reading") var reading: ReadingOptions
  @OptionGroup var threadOptions: ThreadOptions

  @Option(
    help: ArgumentHelp("Write the fit to this file.", valueName: "file.json"),
    completion: .file(extensions: ["json"]))
  var save: String

  func run() throws {
    let files = samples.flatMap { FilePattern.files($0) }
    try AtomicFile.check(outputs: [save], inputs: files)
    var report = Report()
    var stopwatch = Stopwatch()
    var saved = try SavedFit(contentsOf: URL(filePath: fit))
    let before = saved.origin.map { counted($0.samples, "sample") + $0.weightNote } ?? ""
    var options = reading.tableOptions
    options.matchingNames = saved.columnNames
    let source = try reading.stream(files, options, threads: threadOptions.count, &report)
    let update = try saved.update(
      with: source, threads: threadOptions.count, onPass: { Progress.begin($0) })
    Progress.end()
    stopwatch.lap("updating")
    report.add("fit", "\(before) of \(fit)")
    report.add("samples", "\(source.rows) more from \(shortList(files, limit: 4))\(Processes.note)")
    report.add("gain", "\(short(update.gain)) nats for a new sample")
    if update.farSamples > 0 {
      warn(
        """
        \(counted(update.farSamples, "new sample")) far from all that the fit knows: one more component of \
        the \
        estimate
        """)
    }
    if update.callsForNewFit {
      warn("the new samples are unlike those of the fit: fit all of them anew, if you still have them")
    }
    guard Processes.isFirst else { return }
    try saved.write(to: URL(filePath: save))
    report.add("time", stopwatch.description)
    report.add("written", save)
    report.write(toStandardError: false)
  }
}
