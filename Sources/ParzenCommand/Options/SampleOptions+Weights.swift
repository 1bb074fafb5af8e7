import Foundation
import Parzen
import ParzenFiles

extension SampleOptions {
  /// The file with the weights, if they are in one of their own.
  var fileOfWeights: String? {
    guard let sampleWeights else { return nil }
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: sampleWeights, isDirectory: &isFolder)
    return isThere && !isFolder.boolValue ? sampleWeights : nil
  }

  /// The file with the weights, if they are in one; otherwise names their column.
  func weightFile(_ options: inout TableOptions) -> String? {
    let file = fileOfWeights
    if file == nil { options.weightColumn = sampleWeights }
    return file
  }

  /// The weights in a file of their own, one for every row of the samples' file.
  func weights(_ weightFile: String, of file: TableFile, path: String) throws(ParzenError) -> [Double] {
    let weights = try TableFile(contentsOf: URL(filePath: weightFile)).table.values
    guard weights.columns == 1 else {
      throw .file(
        path: weightFile,
        reason: "weights are one column, but there are \(weights.columns): choose one by its name")
    }
    let needed = file.table.values.rows + file.table.droppedRows
    guard weights.rows == needed else {
      throw .file(
        path: weightFile,
        reason:
          """
          there are \(counted(weights.rows, "weight")), but \(path) has \(counted(needed, "row")): give one \
          for each
          """
      )
    }
    return file.rowNumbers.map { weights.elements[$0 - 1] }
  }

  /// What the weights mean: whole ones count equal samples, those of a chain and all others are proportions.
  func interpreted(_ values: [Double], _ report: inout Report) -> SampleWeights {
    let isWhole = !chain && values.allSatisfy { $0 == $0.rounded() }
    let sum = values.reduce(0, +)
    let squares = values.reduce(0) { $0 + $1 * $1 }
    report.add(
      "weights",
      isWhole
        ? "whole numbers, which count \(short(sum)) equal samples"
        : "proportions: as good as \(short(sum * sum / squares)) samples of equal weight")
    return isWhole ? .counts(values) : .proportions(values)
  }

  func step(_ correlation: RowCorrelation) -> Int {
    switch thin {
    case nil: 1
    case .every(let step): step
    case .automatic: max(1, Int(correlation.time.rounded(.up)))
    }
  }
}

extension RowCorrelation {
  /// What a report says about rows that are correlated; nil if they are not.
  var warning: String? {
    guard isCorrelated else { return nil }
    return "rows that follow each other are alike, over \(short(time)) rows on average: "
      + """
      if they are a chain or a series, and not just sorted, they are as good as \(short(effectiveCount)) \
      independent ones 
      """
      + "(--thin auto)"
  }
}

/// What a report says about rows that were left out: nothing, if there are none.
func droppedNote(_ rows: Int) -> String {
  rows == 0 ? "" : " (\(counted(rows, "row")) with missing values left out)"
}
