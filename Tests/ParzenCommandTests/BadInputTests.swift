import Foundation
import Testing

/// Flaws in the data: a message that says what to do, the exit code 1, and no output file.
@Suite struct BadInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    /// The content of the file of samples; nil for no file.
    var samples: String?
    /// The content of the file of queries, if there is one.
    var queries: String?
    var options = ""
    var message: String
    var testDescription: String { message }
  }

  private static let cases = [
    Case(samples: nil, message: "data.csv: no such file: check the name and the folder"),
    Case(samples: "", message: "data.csv: the file is empty: it has no rows"),
    Case(samples: "a,b\n", message: "data.csv: there are no rows of numbers below the header"),
    Case(
      samples: "a,b\n1,2\n3\n4,5\n6,7\n", message: "data.csv: line 3 has 1 column, but the header has 2"),
    Case(
      samples: "1,2\n3,4,5\n4,5\n6,7\n", message: "data.csv: line 2 has 3 columns, but the first row has 2"),
    Case(
      samples: "a,b\n1,2\n3,cold\n4,5\n6,8\n",
      message: """
        data.csv: line 3, column 2 (b) has "cold", which is not a number: correct it, say --missing "cold" \
        if it stands \
        for a missing value, or leave the column out with --drop b
        """),
    Case(
      samples: "a,b\n1,2\n3,nan\n4,5\n6,8\n",
      message: """
        data.csv: line 3, column 2 (b) is not a number (NaN): correct it, or leave out such rows with \
        --drop-missing
        """),
    Case(
      samples: "a,b\n1,2\n3,4\n4,-inf\n6,8\n",
      message: """
        data.csv: line 4, column 2 (b) is infinite, or too large: correct it, or leave out such rows with \
        --drop-missing
        """),
    Case(
      samples: "a,b\n1,\n3,4\n4,3\n6,8\n",
      message:
        """
        data.csv: line 2, column 2 (b) has no value: correct it, or leave out such rows with --drop-missing
        """),
    Case(
      samples: "1,2\n3,4\n5,1\n",
      message: """
        data.csv: 3 samples in 2 dimensions are too few: give at least 4
        """),
    Case(
      samples: "a,b\n1,2\n3,nan\n4,5\n6,8\n", options: "--drop-missing",
      message: "data.csv: 3 samples in 2 dimensions are too few: give at least 4"),
    Case(
      samples: "1,2,3,4,5\n2,3,4,5,7\n",
      message: """
        data.csv: 2 rows and 5 columns: rows must be samples, and columns dimensions; is the table transposed?
        """),
    Case(
      samples: "a,b\n1,2\n3,2\n4,2\n6,2\n",
      message: """
        data.csv: column b never varies, so there is no density in 2 dimensions: leave out this column, or \
        use \
        --regularise, which adds noise of 0.001 of their scale
        """),
    Case(
      samples: "a,b,c\n1,2,3\n3,5,8\n4,1,5\n6,8,14\n5,5,10\n",
      message: """
        data.csv: column c is a linear function of columns a, b, so there is no density in 3 dimensions: \
        leave out \
        this column, \
        or use --regularise, which adds noise of 0.001 of their scale
        """),
    Case(
      samples: "a,b\n1,2\n1,2\n1,2\n1,2\n",
      message: """
        data.csv: all 4 samples are identical, so they have no density: give samples that vary, or use \
        --regularise, \
        which adds noise of 0.001 of their scale
        """),
    Case(
      samples: regular, queries: "x,y,z\n1,2,3\n", options: "--queries queries.csv",
      message: """
        queries.csv: the queries have 3 columns, but the samples have 2: give queries with the columns of \
        the samples
        """),
    Case(
      samples: regular, queries: "b,c\n1,2\n", options: "--queries queries.csv",
      message: "queries.csv: there is no column a: the file has b, c"),
    Case(
      samples: regular, options: "--columns a,d",
      message: "data.csv: there is no column \"d\": the file has a, b"),
    Case(
      samples: regular, options: "--grid 3200 --output out.json",
      message: "the results have 10240000 rows of 5 numbers, about 0.9216 GB: add --yes to write them"),
    Case(
      samples: "species,mass,length\nred,1,2\nblue,3,4\nred,2,5\n",
      message: """
        data.csv: line 2, column 1 (species) has "red", which is not a number: leave the column out with \
        --drop species, \
        or choose others with --columns mass,length
        """),
    Case(
      samples: regular, options: "--queries queries.csv",
      message: "queries.csv: no such file: check the name and the folder"),
    Case(
      samples: regular, options: "--grid 20000",
      message: """
        a grid of 20000 points along each of 2 axes is too large (the limit is 100000000 points): use fewer, \
        or \
        --queries with the points of interest
        """),
    Case(
      samples: regular, options: "--output missing/out.csv",
      message: "missing/out.csv: there is no folder missing: create it first"),
    Case(
      samples: regular, options: "--output data.csv/out.csv",
      message: "data.csv/out.csv: data.csv is not a folder"),
    Case(
      samples: regular, options: "--plot missing/out.svg",
      message: "missing/out.svg: there is no folder missing: create it first"),
  ]

  private static let regular = "a,b\n1,2\n3,5\n4,1\n6,8\n"

  @Test(arguments: cases)
  func flawIsExplained(_ flaw: Case) throws {
    let folder = try TemporaryFolder()
    if let samples = flaw.samples { try folder.write(samples, to: "data.csv") }
    if let queries = flaw.queries { try folder.write(queries, to: "queries.csv") }
    let before = try folder.names
    // Output files come last on the command line only if the case does not name its own.
    var arguments = ["estimate", "data.csv"] + flaw.options.split(separator: " ").map(String.init)
    if !arguments.contains("--output") { arguments += ["--output", "out.csv"] }
    if !arguments.contains("--plot") { arguments += ["--plot", "out.svg"] }
    let outcome = try Tool.run(arguments, in: folder)
    // Warnings of what the samples are may come before.
    #expect(outcome.errors.hasSuffix("Error: \(flaw.message)\n"))
    #expect(outcome.errors.split(separator: "\n").dropLast().allSatisfy { $0.hasPrefix("Warning: ") })
    #expect(outcome.output == "")
    #expect(outcome.status == 1)
    let after = try folder.names
    #expect(after == before)
  }

  /// NumPy files that are not what they should be.
  @Test(arguments: [
    ("{'descr': '<c8', 'fortran_order': False, 'shape': (4, 2), }", 64, "the elements have the type \"<c8\""),
    (
      "{'descr': '<f8', 'fortran_order': False, 'shape': (4, 2), }", 60,
      "the file is truncated: the header promises"
    ),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1, 2, 2), }", 64, "the array has 4 axes"),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 2), }", 0, "the array is empty"),
    ("{'descr': '<f8', 'fortran_order': False", 64, ""),
  ])
  func unsuitableArrayIsExplained(header: String, size: Int, message: String) throws {
    let folder = try TemporaryFolder()
    let magic: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0]
    try folder.write(magic + Array(header.utf8) + [UInt8](repeating: 1, count: size), to: "data.npy")
    let outcome = try Tool.run("estimate", "data.npy", "--output", "out.npy", in: folder)
    #expect(outcome.errors.hasPrefix("Error: data.npy: \(message)"), "\(outcome.errors)")
    #expect(outcome.status == 1)
    let names = try folder.names
    #expect(names == ["data.npy"])
  }

  @Test func brokenArrayIsExplained() throws {
    let folder = try TemporaryFolder()
    try folder.write([0x93] + Array("NUMPY".utf8), to: "data.npy")
    let outcome = try Tool.run("estimate", "data.npy", in: folder)
    #expect(outcome.errors == "Error: data.npy: the file is truncated: it ends in its header\n")
    #expect(outcome.status == 1)
  }

  @Test(.enabled(if: geteuid() != 0, "the superuser may read and write everything"))
  func missingPermissionIsExplained() throws {
    let folder = try TemporaryFolder()
    try folder.write(BadInputTests.regular, to: "data.csv")
    let manager = FileManager.default
    try manager.createDirectory(at: folder.url.appending(path: "closed"), withIntermediateDirectories: false)
    try manager.setAttributes(
      [.posixPermissions: 0o555], ofItemAtPath: folder.url.appending(path: "closed").path)
    #expect(try Tool.run("estimate", "data.csv", "--output", "closed/out.csv", in: folder).status == 1)
    try manager.setAttributes(
      [.posixPermissions: 0], ofItemAtPath: folder.url.appending(path: "data.csv").path)
    let outcome = try Tool.run("estimate", "data.csv", in: folder)
    #expect(outcome.errors == "Error: data.csv: no permission to read this file\n")
  }
}
