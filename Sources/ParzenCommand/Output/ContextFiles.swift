import Foundation
import Parzen
import ParzenEvaluation
import ParzenFiles

/// The data sets behind an evaluation, as files for other programs.
struct ContextFiles {
  /// The folder to write to, which exists.
  let folder: String

  /// Writes every context's samples, queries and true log densities at the queries, as `.npy` files named
  /// `TARGET-dD-nN-NUMBER-samples.npy`, `-queries.npy` and `-log-density.npy`.
  ///
  /// - Returns: the number of contexts.
  /// - Throws: `ParzenError.file` if a file cannot be written.
  func write(_ evaluation: Evaluation) throws -> Int {
    var count = 0
    for target in evaluation.targets {
      for dimension in evaluation.dimensions where target.dimensions.contains(dimension) {
        for size in evaluation.sizes {
          for index in 0..<evaluation.contexts {
            let context = evaluation.source.context(index, of: target, dimension: dimension, size: size)
            let truth = Matrix(
              rows: context.queries.rows, columns: 1, elements: context.truth.logDensity)
            for (part, values) in [
              ("samples", context.samples), ("queries", context.queries), ("log-density", truth),
            ] {
              let name = "\(target.name)-d\(dimension)-n\(size)-\(index)-\(part).npy"
              try Table(values: values).write(to: URL(filePath: "\(folder)/\(name)"))
            }
            count += 1
          }
        }
      }
    }
    return count
  }
}
