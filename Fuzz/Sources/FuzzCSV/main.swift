import FuzzDriver
import ParzenFiles

// A text must give a table of finite numbers, or a typed error.
fuzz { bytes in
  guard let table = try? Table(bytes: bytes, path: "input.csv") else { return }
  precondition(table.values.rows > 0 && table.columnNames.count == table.values.columns)
  precondition(table.values.elements.allSatisfy(\.isFinite))
  // Nothing is missing, so there is nothing to drop.
  precondition(try! Table(bytes: bytes, path: "input.csv", dropMissing: true) == table)
  // A number on its own is the one that the standard library reads.
  if table.values.elements.count == 1, let expected = Double(String(decoding: bytes, as: UTF8.self)) {
    precondition(table.values.elements[0].bitPattern == expected.bitPattern)
  }
}
