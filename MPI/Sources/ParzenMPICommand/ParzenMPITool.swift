import Foundation
import ParzenCommand
import ParzenMPI

/// The tool `parzen-mpi`: commands of `parzen` by the processes that `mpirun` has started.
@main
enum ParzenMPITool {
  static func main() { ParzenTool.main(over: MPIRanks.self) }
}

extension MPIRanks: CommandRanks {
  /// Whether `mpirun` calls this process the first one, or has not started it.
  public static var isFirst: Bool {
    let environment = ProcessInfo.processInfo.environment
    let names = ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"]
    return names.lazy.compactMap { environment[$0] }.first ?? "0" == "0"
  }
}
