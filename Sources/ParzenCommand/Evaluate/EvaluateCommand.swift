import ArgumentParser
import ParzenEvaluation

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure the methods: errors where the true density is known, likelihood on real data.",
    discussion: """
      Every figure is a mean over random targets, with its standard error. All methods see the same targets, \
      samples and queries; queries are fresh draws, never the samples. What is measured is the errors of \
      score and density, unless another command is named: `parzen evaluate --methods kde` is `parzen \
      evaluate errors --methods kde`.

      Targets: \(TargetFamily.all.map(\.name).joined(separator: ", ")). With numbers in the place of capital \
      letters: \(TargetFamily.patterns.joined(separator: ", ")). A final * stands for all that begin so: \
      'marron-wand-*'.
      Methods: \(EvaluationMethod.all().map(\.name).joined(separator: ", ")).
      """,
    subcommands: [
      EvaluateErrors.self, EvaluateFunctionals.self, EvaluateModes.self, EvaluateRealData.self,
      EvaluatePaper.self, EvaluateRuntime.self,
    ],
    defaultSubcommand: EvaluateErrors.self)
}
