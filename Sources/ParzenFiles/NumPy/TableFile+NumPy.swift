import ParzenCore

extension TableFile {
  /// Makes a table of an array: chooses columns, and refuses or leaves out rows that are not finite.
  init(_ array: NumPyArray, options: TableOptions) throws(FormatError) {
    let selection = try ColumnSelection(options, names: array.names, count: array.matrix.columns)
    let isWhole = selection.kept == Array(0..<array.matrix.columns)
    var matrix = isWhole ? array.matrix : array.matrix.selectingColumns(selection.kept)
    var weights = selection.weight.map { array.matrix[column: $0] }
    let missing = MissingCodes(options.missing, notation: NumberNotation())
    if !missing.isEmpty {
      for index in matrix.elements.indices where missing.contains(matrix.elements[index]) {
        matrix.elements[index] = .nan
      }
      weights = weights.map { all in all.map { missing.contains($0) ? .nan : $0 } }
    }
    let names = array.names.map { names in selection.kept.map { names[$0] } }
    var rowNumbers = Array(1...matrix.rows)
    var droppedRows = 0
    func isComplete(_ row: Int) -> Bool {
      matrix[row: row].allSatisfy(\.isFinite) && weights?[row].isFinite ?? true
    }
    let isFinite = matrix.elements.allSatisfy(\.isFinite) && weights?.allSatisfy(\.isFinite) ?? true
    if !isFinite, let bad = (0..<matrix.rows).first(where: { !isComplete($0) }) {
      guard options.dropMissing else {
        let place = (0..<matrix.columns).first { !matrix[bad, $0].isFinite }
        let value = place.map { matrix[bad, $0] } ?? weights?[bad] ?? .nan
        let column = place.map { selection.kept[$0] } ?? selection.weight ?? 0
        throw FormatError(
          "row \(bad + 1), column \(column + 1) is \(value.isNaN ? "not a number (NaN)" : "infinite"): "
            + "correct it, or leave out such rows with `dropMissing`")
      }
      let good = (0..<matrix.rows).filter(isComplete)
      guard !good.isEmpty else { throw FormatError("every row has a not-a-number or infinite value") }
      droppedRows = matrix.rows - good.count
      matrix = matrix.selectingRows(good)
      weights = weights.map { all in good.map { all[$0] } }
      rowNumbers = good.map { $0 + 1 }
    }
    self.init(
      table: byConstruction { try Table(columnNames: names, values: matrix, droppedRows: droppedRows) })
    self.rowNumbers = rowNumbers
    sampleWeights = weights
    if array.shape.count == 3 {
      notes.append(
        "an array of \(array.shape.map { "\($0)" }.joined(separator: " x ")) read as "
          + "\(array.shape[0]) chains of "
          + "\(array.shape[1]) draws, joined")
    }
    examineRepeatedValues()
  }
}
