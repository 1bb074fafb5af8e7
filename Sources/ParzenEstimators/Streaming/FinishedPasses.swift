import ParzenCore
import ParzenFiles
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The passes over samples that an estimate has finished, in a file, so that an estimate that is interrupted
/// goes on after the last one.
///
/// ```swift
/// let source = try SampleSource(contentsOf: [URL(filePath: "big.npy")])
/// let passes = FinishedPasses(in: URL(filePath: "fit.json.passes"))
/// let estimate = try MixtureTransformer(source: source, passes: passes)
/// // ... save it, then:
/// passes.remove()
/// ```
///
/// What a pass has found is a few numbers, and everything else follows from these to the bit. So the next
/// estimate takes the steps of the first one, and has the results of its passes from the file. It does so if
/// the files have the names, sizes and times that they had, and the options are the same; otherwise the file
/// is written anew. Of several processes the first one alone reads and writes it.
///
/// A safetensors file with a Float64 tensor for each pass, named by its number, and the metadata `inputs`,
/// `passes` (JSON) and `parzen_format`. It is written where a second or more has gone since the last time.
public final class FinishedPasses: Sendable {
  private let url: URL
  /// Time between two writings.
  private let interval: Duration
  private let state = Mutex(State())

  private struct State {
    var inputs = ""
    var passes: [(name: String, numbers: [Double])] = []
    /// How many of them the estimate has asked for, or added.
    var done = 0
    /// How many were there when it began.
    var found = 0
    var note: String?
    var isWriter = false
    var writtenAt = ContinuousClock.now
  }

  /// - Parameter url: the file, which need not exist.
  public convenience init(in url: URL) { self.init(in: url, interval: .seconds(1)) }

  package init(in url: URL, interval: Duration) {
    self.url = url
    self.interval = interval
  }

  /// What is unusual about the file, a sentence; nil where an estimate began from its first pass.
  public var note: String? { state.withLock { $0.note } }

  /// Removes the file, where there is one.
  public func remove() { _ = try? FileManager.default.removeItem(at: url) }

  private static let format = 1

  /// Begins an estimate, with the passes of the file if they are of the same samples and options.
  ///
  /// - Parameter inputs: tells the samples and options from all others.
  func begin(_ inputs: String, _ ranks: any SampleRanks) throws(ParzenError) {
    let isFirst = ranks.rank == 0
    let exists = isFirst && FileManager.default.fileExists(atPath: url.path)
    let bytes = exists ? (try? Data(contentsOf: url)).map { [UInt8]($0) } ?? [] : []
    let given = try ranks.agreeing(.success(bytes)) { $0 }[0]
    let passes = Self.passes(given, url.relativePath, of: inputs)
    state.withLock { state in
      state = State(inputs: inputs, passes: passes, found: passes.count, isWriter: isFirst)
      if !passes.isEmpty {
        state.note =
          "goes on after \(passes.count == 1 ? "a pass" : "\(passes.count) passes") that an interrupted fit"
          + " has finished"
      } else if exists {
        state.note = "\(url.relativePath) is of other samples or options: all passes are done anew"
      }
    }
  }

  /// The passes in a file; none if they are of other samples or options, or cannot be read.
  private static func passes(
    _ bytes: [UInt8], _ path: String, of inputs: String
  ) -> [(name: String, numbers: [Double])] {
    guard !bytes.isEmpty, let file = try? SafetensorsFile(bytes: bytes, path: path),
      (try? file.checkFormat(latest: format)) != nil, file.metadata["inputs"] == inputs,
      let names = try? JSONDecoder().decode([String].self, from: Data((file.metadata["passes"] ?? "").utf8))
    else { return [] }
    let found = names.enumerated().map { ($1, file.tensors["\($0)"]?.doubles) }
    return found.allSatisfy { $0.1 != nil } ? found.map { ($0.0, $0.1!) } : []
  }

  /// What the next pass has found before; nil where it has to be done.
  func next(_ pass: String) -> [Double]? {
    state.withLock { state in
      guard state.done < state.found, state.passes[state.done].name == pass else {
        // From here on the estimate does all by itself.
        state.found = min(state.found, state.done)
        state.passes.removeLast(state.passes.count - state.done)
        return nil
      }
      state.done += 1
      return state.passes[state.done - 1].numbers
    }
  }

  /// Adds a pass that is finished. Where it cannot be written, the note says so, and the estimate goes on.
  func add(_ pass: String, _ numbers: [Double]) {
    state.withLock { state in
      state.passes.append((pass, numbers))
      state.done += 1
      guard state.isWriter, .now - state.writtenAt > interval else { return }
      do throws(ParzenError) {
        try write(state)
      } catch {
        state.note = "finished passes could not be kept: \(error)"
        state.isWriter = false
      }
      state.writtenAt = .now
    }
  }

  private func write(_ state: State) throws(ParzenError) {
    var metadata = SafetensorsFile.formatMetadata(Self.format)
    metadata["inputs"] = state.inputs
    metadata["passes"] = jsonText(state.passes.map(\.name))
    let tensors = try state.passes.enumerated().map { (index, pass) throws(ParzenError) in
      ("\(index)", try SafetensorsTensor(pass.numbers, shape: [pass.numbers.count]))
    }
    try SafetensorsFile(tensors: .init(uniqueKeysWithValues: tensors), metadata: metadata).write(to: url)
  }
}
