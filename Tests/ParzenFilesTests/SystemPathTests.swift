import Foundation
import ParzenCore
import Testing

@testable import ParzenFiles

/// Names of files as the system has them: any bytes, of any length, through links, and pipes.
@Suite struct SystemPathTests {
  @Test(
    arguments: [
      [0x61], [0xFF], [0x61, 0xFF, 0xC3, 0xA4, 0xC3], [0xF4, 0x8F, 0xBC, 0x80], [0xED, 0xA0, 0x80],
      [0xC0, 0xAF],
      [UInt8](1...255),
    ] as [[UInt8]])
  func bytesSurviveAsText(bytes: [UInt8]) {
    #expect(String(systemBytes: bytes).systemBytes == bytes)
  }

  @Test func ordinaryNamesStayAsTheyAre() {
    let name = "Übung 日本.csv"
    #expect(String(systemBytes: Array(name.utf8)) == name)
    #expect(name.systemBytes == Array(name.utf8))
  }

  @Test func namesNeedNotBeUTF8() throws {
    try withTemporaryFolder { folder in
      let name = String(systemBytes: [0x62, 0xFF, 0x2E, 0x63, 0x73, 0x76])
      try AtomicFile.write(Array("1\n2\n4\n".utf8), path: "\(folder.path)/\(name)")
      #expect(try Folder.names(folder.path).map(\.systemBytes) == [[0x62, 0xFF, 0x2E, 0x63, 0x73, 0x76]])
      #expect(try readFile("\(folder.path)/\(name)", atMost: 100).count == 6)
    }
  }

  /// As long as the system allows, with no room for a temporary name made from it.
  @Test func namesMayBeLong() throws {
    try withTemporaryFolder { folder in
      let name = String(repeating: "n", count: 251) + ".csv"
      try AtomicFile.write([1], path: "\(folder.path)/\(name)")
      #expect(try Folder.names(folder.path) == [name])
    }
  }

  @Test func linksToNothingAreFollowed() throws {
    try withTemporaryFolder { folder in
      let manager = FileManager.default
      try manager.createDirectory(
        at: folder.appendingPathComponent("real"), withIntermediateDirectories: false)
      try manager.createSymbolicLink(
        atPath: folder.path + "/link", withDestinationPath: "real/new.bin")
      try AtomicFile.write([7], path: folder.path + "/link")
      #expect(try Folder.names(folder.path + "/real") == ["new.bin"])
      #expect(try manager.destinationOfSymbolicLink(atPath: folder.path + "/link") == "real/new.bin")
      try manager.createSymbolicLink(atPath: folder.path + "/a", withDestinationPath: "b")
      try manager.createSymbolicLink(atPath: folder.path + "/b", withDestinationPath: "a")
      #expect(refusal { try AtomicFile.check(path: folder.path + "/a") }?.contains("circle") == true)
    }
  }

  @Test func pipesThatNobodyReadsAreRefusedAtOnce() throws {
    try withTemporaryFolder { folder in
      let path = folder.path + "/pipe"
      #expect(mkfifo(path, 0o600) == 0)
      #expect(refusal { try AtomicFile.check(path: path) }?.contains("nobody reads") == true)
      let reader = open(path, O_RDONLY | O_NONBLOCK)
      defer { close(reader) }
      try AtomicFile.check(path: path)
      try AtomicFile.write([1, 2, 3], path: path)
      var bytes = [UInt8](repeating: 0, count: 8)
      #expect(read(reader, &bytes, 8) == 3)
    }
  }

  @Test func outputsReplaceNoInput() throws {
    try withTemporaryFolder { folder in
      let (data, link) = (folder.path + "/data.csv", folder.path + "/link.csv")
      try AtomicFile.write([1], path: data)
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: data)
      func check(_ outputs: [String?], _ inputs: [String?]) -> String? {
        refusal { try AtomicFile.check(outputs: outputs, inputs: inputs) }
      }
      #expect(check([data], [data])?.contains("the input") == true)
      #expect(check([link], [nil, data])?.contains("the input") == true)
      #expect(check([data], [link])?.contains("the input") == true)
      #expect(
        check([folder.path + "/new.csv", folder.path + "/./new.csv"], [])?.contains("two outputs") == true)
      #expect(check([folder.path + "/new.csv", folder.path + "/other.csv"], [data]) == nil)
      #expect(check(["/dev/null", "/dev/null"], ["/dev/null"]) == nil)
    }
  }

  /// The unfinished files of processes that are gone: the next file in the folder takes them away, and no
  /// others.
  @Test func abandonedFilesAreRemoved() throws {
    try withTemporaryFolder { folder in
      try Data([1]).write(to: folder.appendingPathComponent(".parzen-1234.tmp"))
      try Data([1]).write(to: folder.appendingPathComponent(".other.tmp"))
      let unfinished = try AtomicFile(path: folder.path + "/one")
      try AtomicFile.write([2], path: folder.path + "/two")
      #expect(try Folder.names(folder.path).filter { $0.hasPrefix(".parzen-") }.count == 1)
      try unfinished.write([3])
      try unfinished.commit()
      #expect(try Folder.names(folder.path) == [".other.tmp", "one", "two"])
    }
  }

  @Test func foldersAreLockedOnce() throws {
    try withTemporaryFolder { folder in
      try Folder.create(folder.path + "/a/b/c")
      do {
        let lock = try FolderLock(folder.path)
        #expect(refusal { _ = try FolderLock(folder.path) }?.contains("another run") == true)
        withExtendedLifetime(lock) {}
      }
      _ = try FolderLock(folder.path)
    }
  }
}
