import ArgumentParser
import Parzen

struct ParzenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parzen",
    abstract: "Log density and score from samples.",
    discussion: """
      Given samples of an unknown distribution, parzen estimates its density, and at any points the \
      logarithm of the density and the score, the gradient of that logarithm.

      Files of points are tables of text or NumPy arrays: rows are points, columns are dimensions.
      """,
    version: packageVersion,
    subcommands: [
      EstimateCommand.self, FitCommand.self, UpdateCommand.self, QueryCommand.self, ShowCommand.self,
      SampleCommand.self,
      EvolveCommand.self, InformationCommand.self,
      OutliersCommand.self, ModesCommand.self, AttentionCommand.self, TrainCommand.self,
      EvaluateCommand.self, InfoCommand.self,
    ])
}

/// What can be done by several processes together.
struct RanksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parzen-mpi",
    abstract: "Log density and score from samples that several processes read, and training by all of them.",
    discussion: """
      Start it by mpirun, as in: mpirun -n 4 parzen-mpi fit 'part-*.npy' --save fit.json
      All processes must see the files. Options are those of parzen; --threads are those of each process, \
      one unless given. Every command of parzen takes the fit by --fit.
      """,
    version: packageVersion, subcommands: [FitCommand.self, UpdateCommand.self, TrainCommand.self])
}
