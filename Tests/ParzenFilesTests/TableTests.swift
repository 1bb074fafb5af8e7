import Foundation
import ParzenCore
import Testing

@testable import ParzenFiles

@Suite struct TableTests {
  @Test func readsTextThatNumPyWrites() throws {
    let values = Matrix([[0.1, -2.5e-150], [1e150, 1.0 / 3]])
    #expect(try Table(contentsOf: fixture("savetxt.txt")) == Table(values: values))
    #expect(try Table(contentsOf: fixture("savetxt.csv")) == Table(columnNames: ["x", "y"], values: values))
    #expect(
      try Table(contentsOf: fixture("savetxt-comment.csv"))
        == Table(columnNames: ["x", "y"], values: values))
  }

  @Test func readsPipes() throws {
    try withTemporaryFolder { folder in
      for name in ["C-little-f8.npy", "savetxt.csv"] {
        let pipe = folder.appendingPathComponent("pipe").path
        #expect(mkfifo(pipe, 0o600) == 0)
        let content = try Data(contentsOf: fixture(name))
        let writer = Thread {
          let handle = FileHandle(forWritingAtPath: pipe)
          try? handle?.write(contentsOf: content)
          try? handle?.close()
        }
        writer.start()
        #expect(try Table(contentsOf: URL(fileURLWithPath: pipe)) == Table(contentsOf: fixture(name)))
        unlink(pipe)
      }
    }
  }

  @Test func saysWhyAFileCannotBeRead() throws {
    func reason(_ path: String) -> String? {
      refusal { _ = try Table(contentsOf: URL(fileURLWithPath: path)) }
    }
    #expect(reason("/nowhere/data.csv") == "no such file: check the name and the folder")
    try withTemporaryFolder { folder in
      #expect(reason(folder.path) == "this is a folder: give a file")
      let url = folder.appendingPathComponent("empty.npy")
      try Data().write(to: url)
      #expect(reason(url.path) == "the file is empty: it has no rows")
      // The administrator may read anything.
      if geteuid() != 0 {
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: url.path)
        #expect(reason(url.path) == "no permission to read this file")
      }
    }
  }

  @Test func namesTheFileAsItWasGiven() {
    func expect(_ url: URL, _ path: String) {
      #expect(throws: ParzenError.file(path: path, reason: "no such file: check the name and the folder")) {
        try Table(contentsOf: url)
      }
    }
    expect(URL(fileURLWithPath: "nowhere.csv"), "nowhere.csv")
    expect(URL(fileURLWithPath: "/nowhere/a.csv"), "/nowhere/a.csv")
    expect(URL(fileURLWithPath: "a.csv", relativeTo: URL(fileURLWithPath: "/nowhere/")), "/nowhere/a.csv")
  }
}
