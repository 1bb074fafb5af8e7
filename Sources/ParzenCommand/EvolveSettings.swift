import ArgumentParser
import Foundation
import Parzen
import ParzenFiles

/// What a checkpoint of particles keeps of the command that made it.
struct EvolveSettings: Codable {
  /// The arguments of the command that started the run.
  var arguments: [String]
  /// The names of the coordinates.
  var columnNames: [String]
  /// The time to stop at.
  var end: Double
  /// Where the settings were read from.
  private var path = ""

  private enum CodingKeys: String, CodingKey, CaseIterable { case arguments, columnNames, end }

  init(from decoder: any Decoder) throws {
    try decoder.checkKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    arguments = try container.decode([String].self, forKey: .arguments)
    columnNames = try container.decode([String].self, forKey: .columnNames)
    end = try container.decode(Double.self, forKey: .end)
  }

  /// What can be given when a run goes on; of the command that started it these do not count.
  private static let optionsOfResuming = [
    "--resume", "--end", "--output", "--overwrite", "--compare", "--threads", quiet,
  ]
  private static let quiet = "--quiet"

  /// The settings of a new run, with the arguments of this process.
  init(columnNames: [String], end: Double) {
    arguments = Self.commandArguments
    self.columnNames = columnNames
    self.end = end
  }

  /// Reads what `text` wrote.
  init(_ text: String, path: String) throws(ParzenError) {
    do {
      self = try JSONDecoder().decode(EvolveSettings.self, from: Data(text.utf8))
    } catch let error as UnknownKey {
      throw .file(path: path, reason: error.description)
    } catch {
      throw .file(
        path: path,
        reason:
          """
          is no checkpoint of `parzen evolve`: the settings of the run are unreadable, \(decodingFlaw(error))
          """
      )
    }
    do {
      try Limits.checkPositive("the end", end)
    } catch {
      throw .file(path: path, reason: error.description)
    }
    self.path = path
  }

  /// The command that started the run.
  func command() throws(ParzenError) -> EvolveCommand {
    do {
      // Parsing it silences the process.
      return try EvolveCommand.parse(arguments.filter { $0 != Self.quiet })
    } catch {
      throw .file(
        path: path,
        reason: "its command is not one of `parzen evolve`: \(EvolveCommand.message(for: error))")
    }
  }

  /// The settings as text.
  var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let data = try? encoder.encode(self) else {
      preconditionFailure("texts and a number can be encoded")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// Throws if this process was given an option that a checkpoint decides.
  static func checkArgumentsOfResuming() throws(ValidationError) {
    let names = commandArguments.compactMap { $0.hasPrefix("--") ? String($0.prefix { $0 != "=" }) : nil }
    if let name = names.first(where: { !optionsOfResuming.contains($0) }) {
      throw ValidationError("\(name) is decided by the checkpoint: leave it out")
    }
  }

  /// What follows the name of the command.
  private static var commandArguments: [String] { Array(Arguments.all.dropFirst()) }
}
