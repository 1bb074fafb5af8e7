import Foundation
import Parzen
import ParzenFiles

/// A density with its columns, and the samples that it was estimated from, unless it comes from a file.
struct DensitySource {
  let estimate: Estimate
  let columnNames: [String]
  /// Nil for a saved fit.
  let samples: Samples?
  /// The smallest and the largest sample of every column.
  let ranges: [ClosedRange<Double>]
}

extension SampleOptions {
  /// Reads samples and estimates their density, or loads a saved fit.
  ///
  /// - Parameters:
  ///   - report: takes lines about both.
  ///   - layers: a picture's groups, whose column is no dimension.
  func density(
    _ method: MethodOptions, _ report: inout Report, layers: LayerOptions? = nil
  ) throws(ParzenError) -> DensitySource {
    if let fit, samples == nil {
      let saved = try SavedFit(contentsOf: URL(filePath: fit))
      report.add("fit", "\(saved.dimension) columns (\(shortList(saved.columnNames))) from \(fit)")
      if let origin = saved.origin {
        report.add(
          "",
          "\(origin.method), \(origin.details), from \(counted(origin.samples, "sample"))"
            + "\(origin.weightNote) of \(origin.file)")
      }
      let estimate = Estimate(
        density: try saved.density(), title: saved.origin?.method ?? "saved density",
        details: saved.origin?.details ?? "", content: saved.content)
      return DensitySource(
        estimate: estimate, columnNames: saved.columnNames, samples: nil, ranges: try ranges(saved, estimate))
    }
    Progress.begin("reading the samples")
    let read = try read(&report, labels: layers?.group)
    _ = try layers?.groups(of: read)
    Progress.begin("estimating the density")
    let estimate = try method.fit(read)
    report.add(estimate, read.labels)
    Progress.end()
    return DensitySource(
      estimate: estimate, columnNames: read.table.columnNames, samples: read, ranges: read.usable.columnRanges
    )
  }

  /// The ranges of the samples of a saved fit; of a mixture that does not tell them, its central 99.8 %.
  private func ranges(
    _ saved: SavedFit, _ estimate: Estimate
  ) throws(ParzenError) -> [ClosedRange<Double>] {
    if let origin = saved.origin {
      return zip(origin.minimum, origin.maximum).map { min($0, $1)...max($0, $1) }
    }
    if case .recipe(let recipe) = saved.content { return recipe.samples.columnRanges }
    let mixture = try estimate.transformedMixture()
    return try (0..<mixture.dimension).map { (column) throws(ParzenError) in
      let marginal = mixture.marginal(of: [column])
      return try marginal.quantile(0.001)...(try marginal.quantile(0.999))
    }
  }
}

extension SavedFit.Origin {
  /// What the samples are worth by their weights, to be said behind their number.
  var weightNote: String { effectiveCount.map { " that count as \(short($0))" } ?? "" }
}

extension DensitySource {
  /// The estimate and its replicates.
  func jackknife(_ method: MethodOptions) throws(ParzenError) -> GroupJackknife {
    guard let samples else {
      throw .invalidOption("--uncertainty needs the samples themselves: name their file in place of --fit")
    }
    let fit = try method.densityFit(for: samples)
    do throws(ParzenError) {
      return try GroupJackknife(
        samples: samples.usable, sampleWeights: samples.weights, groups: min(20, samples.usable.rows),
        threads: method.threadOptions.count, fit: fit)
    } catch {
      guard error != .cancelled else { throw error }
      throw .file(path: samples.path, reason: "no standard errors: \(error)")
    }
  }

  /// Points for a picture, or for chains to start at: the samples, after repairs, or as many draws as show
  /// the density.
  func points(seed: UInt64 = 1) throws(ParzenError) -> Table {
    if let samples { return try Table(columnNames: columnNames, values: samples.usable) }
    guard let distribution = estimate.density as? any Distribution else {
      throw .invalidOption("the \(estimate.title) has no exact draws to show: name the samples")
    }
    var generator = Xoshiro256(seed: seed)
    return try Table(columnNames: columnNames, values: distribution.sample(count: 2000, using: &generator))
  }
}
