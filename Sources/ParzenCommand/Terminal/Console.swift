import Foundation
import Parzen
import ParzenFiles
import Synchronization

/// The one writer of what a command says: reports and results on standard output, progress and warnings on
/// standard error.
///
/// It cannot trap. A stream that is closed, or whose disk is full, takes nothing more and the work goes on;
/// that something was lost shows in the end as a message, where one can still be given, and in the exit
/// code. Control characters, which names and texts from files may have, are shown escaped: a terminal would
/// obey them.
enum Console {
  /// The system's error number by stream, of those that have failed.
  private static let failures = Mutex<[Int32: Int32]>([:])
  private static let isSilent = Mutex(false)

  /// Makes the streams safe to write to: a reader's end is an error and no signal, and where a stream is
  /// closed no file that is opened later takes its place.
  static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest that is free, which is this one; it cannot be written to.
      _ = open("/dev/null", O_RDONLY)
    }
  }

  /// Says nothing more but alarms: another process speaks for all.
  static func silence() {
    isSilent.withLock { $0 = true }
    Progress.silence()
  }

  /// Writes a line, or several, to standard output.
  static func print(_ text: String) { say(text, to: STDOUT_FILENO) }

  /// Writes a line, or several, to standard error.
  static func note(_ text: String) { say(text, to: STDERR_FILENO) }

  /// Writes what only this process can know to standard error.
  static func alarm(_ text: String) { write(text, to: STDERR_FILENO) }

  private static func say(_ text: String, to descriptor: Int32) {
    if !isSilent.withLock({ $0 }) { write(text, to: descriptor) }
  }

  private static func write(_ text: String, to descriptor: Int32) {
    Progress.makeRoom()
    failures.withLock { failures in
      guard failures[descriptor] == nil else { return }
      let code = Array((escaped(text) + "\n").utf8).withUnsafeBytes { writeAll($0, to: descriptor) }
      if code != 0 { failures[descriptor] = code }
    }
  }

  /// The exit code of a command that ended with another: not 0 if something that it said was lost.
  static func status(after status: Int32) -> Int32 {
    if let code = failures.withLock({ $0[STDOUT_FILENO] }) {
      note("Error: standard output: writing failed: \(systemMessage(code))")
    }
    return status == 0 && failures.withLock({ !$0.isEmpty }) ? EXIT_FAILURE : status
  }

  /// A text as it may be shown: control characters, and those that reorder a line, as escapes; bytes of
  /// names that are no UTF-8 as \xNN.
  static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnfit) else { return text }
    return text.unicodeScalars.reduce(into: "") { result, scalar in
      guard isUnfit(scalar) else { return result.unicodeScalars.append(scalar) }
      let isByte = String.escapedBytes.contains(scalar.value)
      result +=
        isByte
        ? String(format: "\\x%02x", scalar.value & 0xFF) : String(format: "\\u{%x}", scalar.value)
    }
  }

  /// A text that is to stay in its line: line feeds and tabs are escaped, too.
  static func escapedLine(_ text: String) -> String {
    escaped(text).replacing("\n", with: "\\n").replacing("\t", with: "\\t")
  }

  private static func isUnfit(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A, 0x09: false
    case 0..<0x20, 0x7F..<0xA0: true
    // Marks, embeddings, overrides and isolates of direction; separators of lines and paragraphs.
    case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: String.escapedBytes.contains(scalar.value)
    }
  }
}

/// Writes a warning to standard error.
func warn(_ message: String) { Console.note("Warning: \(OptionNames.ofCommandLine(message))") }

/// The library's messages name options of reading and of runs in backticks, by their names in Swift, with a
/// value where it matters: `dropMissing`, `header = yes`. Here they have the names of the command line.
enum OptionNames {
  private static let flags = [
    "array": "--array", "columns": "--columns", "decimalMark": "--decimal", "dropMissing": "--drop-missing",
    "droppedColumns": "--drop", "groupMark": "--thousands", "header": "--header", "keepsTies": "--keep-ties",
    "missing": "--missing", "overwrite": "--overwrite", "policy": "--policy", "regularise": "--regularise",
    "resume": "--resume",
    "separator": "--separator",
  ]

  /// A message with the names of the command line.
  static func ofCommandLine(_ message: String) -> String {
    message.replacing(/`(\w+)(?: = ([^`]*))?`/) { match in
      guard let flag = flags[String(match.1)] else { return String(match.0) }
      return match.2.map { "\(flag) \($0)" } ?? flag
    }
  }
}
