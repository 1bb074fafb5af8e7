import Foundation
import ParzenCore
import Testing

@testable import ParzenFiles

/// Tables that pandas, R, LibreOffice, GetDist and NumPy wrote (`Fixtures/make_dialects.py`): each is read
/// right, or refused with a question whose answer reads it right.
@Suite struct DialectTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    struct Options: Decodable, Sendable {
      var columns: [String]?
      var drop: [String]?
      var missing: [String]?
      var dropMissing: Bool?
      var header: String?
      var decimal: String?
      var thousands: String?
      var array: String?
      var format: String?

      var tableOptions: TableOptions {
        var options = TableOptions()
        options.columns = columns
        options.droppedColumns = drop ?? []
        options.missing = missing ?? []
        options.dropMissing = dropMissing ?? false
        options.header = header.flatMap(TableOptions.Header.init) ?? .automatic
        options.decimalMark = decimal?.first
        options.groupMark = thousands?.first
        options.array = array
        options.format = format.flatMap(TableOptions.Format.init)
        return options
      }
    }

    var file: String
    var values: [[Double]]?
    var names: [String]?
    var weights: [Double]?
    var question: String?
    var note: String?
    var options: Options?
    /// A part of the message with which the file is refused for good.
    var refusal: String?
    var testDescription: String { file }
  }

  static let cases: [Case] = {
    let url = fixture("Dialects/manifest.json")
    // A manifest that cannot be read fails the count below.
    return (try? JSONDecoder().decode([Case].self, from: Data(contentsOf: url))) ?? []
  }()

  @Test func thereAreManyFiles() { #expect(Self.cases.count >= 100) }

  @Test(arguments: cases)
  func readsOrAsks(_ item: Case) throws {
    let url = fixture("Dialects/" + item.file)
    if let message = item.refusal {
      let reason = refusal { _ = try TableFile(contentsOf: url) }
      #expect(reason?.contains(message) == true, "\(reason ?? "accepted")")
      return
    }
    if let question = item.question {
      let reason = refusal { _ = try TableFile(contentsOf: url) }
      #expect(reason?.contains(question) == true, "\(reason ?? "accepted")")
    }
    let file = try TableFile(contentsOf: url, options: item.options?.tableOptions ?? TableOptions())
    #expect(file.table.columnNames == item.names)
    #expect(file.table.values == Matrix(item.values ?? []))
    #expect(file.sampleWeights == item.weights)
    if let note = item.note { #expect(file.notes.contains { $0.contains(note) }, "\(file.notes)") }
  }
}
