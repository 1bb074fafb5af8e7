import FuzzDriver
import ParzenFiles

// An array must give a table of finite numbers, or a typed error. The input gets the magic of the format, without
// which the reader would take it for text.
fuzz { bytes in
  let file = [0x93] + Array("NUMPY".utf8) + bytes.dropFirst(6)
  guard let table = try? Table(bytes: file, path: "input.npy", dropMissing: true) else { return }
  precondition(table.values.rows > 0 && table.columnNames.count == table.values.columns)
  precondition(table.values.elements.allSatisfy(\.isFinite))
  // No more elements than the file has room for.
  precondition(table.values.elements.count <= bytes.count / 4)
}
