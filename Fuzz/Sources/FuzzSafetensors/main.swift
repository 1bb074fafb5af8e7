import FuzzDriver
import ParzenFiles

// A file must give tensors that survive being written and read again, or a typed error.
fuzz { bytes in
  guard let file = try? SafetensorsFile(bytes: bytes, path: "input.safetensors") else { return }
  let copy = try! SafetensorsFile(bytes: try! file.encoded(), path: "copy")
  precondition(copy.tensors == file.tensors && copy.metadata == file.metadata)
  for name in file.tensors.keys {
    let count = file.tensors[name]!.count
    precondition((try? file.doubles(name)).map { $0.count == count } ?? true)
    precondition((try? file.floats(name)).map { $0.count == count } ?? true)
    precondition((try? file.integers(name)).map { $0.count == count } ?? true)
  }
}
