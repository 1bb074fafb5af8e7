import Foundation
import ParzenCore
import Testing

@testable import ParzenFiles

@Suite struct AtomicFileTests {
  private func names(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test func appearsOnlyWhenCommitted() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("out.bin")
      try Data([9]).write(to: url)
      let file = try AtomicFile(path: url.path)
      try file.write([1, 2])
      try file.write([3])
      #expect(try Data(contentsOf: url) == Data([9]))
      try file.commit()
      #expect(try Data(contentsOf: url) == Data([1, 2, 3]))
      #expect(try names(folder) == ["out.bin"])
    }
  }

  @Test func leavesNothingWhenAbandoned() throws {
    try withTemporaryFolder { folder in
      do {
        let file = try AtomicFile(path: folder.appendingPathComponent("out.bin").path)
        try file.write([1, 2])
        #expect(try names(folder).count == 1)
      }
      #expect(try names(folder).isEmpty)
    }
  }

  @Test func followsSymbolicLinks() throws {
    try withTemporaryFolder { folder in
      let target = folder.appendingPathComponent("target")
      let link = folder.appendingPathComponent("link")
      try Data([9]).write(to: target)
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
      try AtomicFile.write([1], path: link.path, durable: true)
      #expect(try Data(contentsOf: target) == Data([1]))
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == target.path)
    }
  }

  @Test func writesStraightToDevices() throws {
    try AtomicFile.check(path: "/dev/null")
    try AtomicFile.write([1, 2, 3], path: "/dev/null")
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }

  @Test func saysWhyItCannotBeWritten() throws {
    func reason(_ path: String) -> String? { refusal { try AtomicFile.check(path: path) } }
    #expect(reason("") == "the name of the output file is empty")
    #expect(reason("/nowhere/at/all.csv") == "there is no folder /nowhere/at: create it first")
    try withTemporaryFolder { folder in
      #expect(reason(folder.path) == "this names a folder: give the name of a file")
      #expect(reason(folder.path + "/new/") == "this names a folder: give the name of a file")
      let file = folder.appendingPathComponent("file")
      try Data().write(to: file)
      #expect(reason(file.path + "/out.csv") == "\(file.path) is not a folder")
      #expect(reason(folder.path + "/out.csv") == nil)
      #expect(try names(folder) == ["file"])
      // The administrator may write anywhere.
      if geteuid() != 0 {
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.path)
        #expect(
          reason(folder.path + "/out.csv")?.hasPrefix("cannot write to the folder \(folder.path)") == true)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
      }
    }
    if FileManager.default.fileExists(atPath: "/proc/self") {
      #expect(reason("/proc/out.csv")?.hasPrefix("cannot write to the folder /proc") == true)
    }
  }

  @Test func namesInTheWorkingFolderNeedNoFolder() throws {
    let path = "parzen-\(UUID().uuidString)"
    try AtomicFile.write([1], path: path)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1]))
    try FileManager.default.removeItem(atPath: path)
  }
}
