import ParzenCore
import ParzenEstimators
import ParzenFiles
import ParzenPlatform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The log of a training run: a JSON object a line, each with means over the steps since the line before.
///
/// A run that goes on from a checkpoint cuts off what was logged after it, and a line that a crash has left
/// incomplete. And as a line is written before every checkpoint, every step is in one line, whatever
/// happened in between.
///
/// ```swift
/// let text = try String(contentsOf: URL(filePath: "run/log.jsonl"), encoding: .utf8)
/// let lines = try text.split(separator: "\n").map {
///   try JSONDecoder().decode(TrainingLog.Line.self, from: Data($0.utf8))
/// }
/// let losses = lines.map { ($0.step, $0.scoreLoss) }
/// ```
public final class TrainingLog {
  /// One line: means over some steps.
  public struct Line: Sendable, Codable {
    /// Steps done before the first of these, and after the last; and of how many.
    public var begin: Int
    public var step: Int
    public var steps: Int
    /// Contexts seen in all, and in a second.
    public var contexts: Int
    public var contextsPerSecond: Double
    /// Mean pseudo-Huber errors of score and log density.
    public var scoreLoss: Double
    public var logDensityLoss: Double
    /// The same by bucket, "d2n256": score, log density.
    public var buckets: [String: [Double]]
    public var learningRate: Double
    public var skippedSteps: Int
    /// Seconds to the end of the run at this pace.
    public var secondsLeft: Double
    /// The averaged weights' losses on held-out contexts, where this line has them.
    public var heldOut: [String: [Double]]?

    /// Whether it is about no step.
    var isEmpty: Bool { step == begin }
  }

  private let descriptor: Int32
  private let path: String

  /// Opens the log of a run that goes on after a number of steps.
  ///
  /// - Throws: `ParzenError.file` if it cannot be read and written.
  init(_ url: URL, upTo step: Int) throws(ParzenError) {
    path = url.relativePath
    descriptor = try openForAppending(path)
    if let end = Self.end(of: try readFile(path, atMost: .max), upTo: step) {
      guard ftruncate(descriptor, off_t(end)) == 0 else {
        throw .file(path: path, reason: "cannot be shortened: " + systemMessage(errno))
      }
    }
  }

  deinit { close(descriptor) }

  /// The number of bytes of the lines up to a step; nil if that is all.
  private static func end(of text: [UInt8], upTo step: Int) -> Int? {
    struct Step: Decodable { var step: Int }
    var begin = 0
    while begin < text.count {
      guard let feed = text[begin...].firstIndex(of: UInt8(ascii: "\n")),
        let line = try? JSONDecoder().decode(Step.self, from: Data(text[begin..<feed])), line.step <= step
      else { return begin }
      begin = feed + 1
    }
    return nil
  }

  /// Appends a line, whole.
  func append(_ line: Line) throws(ParzenError) {
    let code = Array((jsonText(line) + "\n").utf8).withUnsafeBytes { writeAll($0, to: descriptor) }
    guard code == 0 else { throw .file(path: path, reason: "writing failed: " + systemMessage(code)) }
  }

  /// Waits until the disk has all lines.
  func synchronise() { _ = fsync(descriptor) }
}

extension TrainingLog {
  /// What happened since the last line.
  struct Window {
    private let clock = ContinuousClock()
    private let beginTime = ContinuousClock.now
    private let begin: Int
    private let contexts: Int
    private var losses: [TrainingBucket: (count: Int, score: Double, logDensity: Double)] = [:]
    private var learningRate = 0.0

    init(_ trainer: Trainer) {
      begin = trainer.state.step
      contexts = trainer.state.contexts
    }

    mutating func add(_ step: Trainer.StepReport) {
      learningRate = step.learningRate
      guard step.gradientNorm.isFinite else { return }
      var loss = losses[step.bucket, default: (0, 0, 0)]
      loss = (loss.count + 1, loss.score + step.scoreLoss, loss.logDensity + step.logDensityLoss)
      losses[step.bucket] = loss
    }

    private var means: [String: [Double]] {
      var means: [String: [Double]] = [:]
      for (bucket, loss) in losses {
        let count = Double(loss.count)
        means["d\(bucket.dimension)n\(bucket.samples)"] = [loss.score / count, loss.logDensity / count]
      }
      return means
    }

    /// The line about all steps since the last one.
    func line(_ trainer: Trainer) -> Line {
      let seconds = max((clock.now - beginTime) / .seconds(1), 1e-9)
      let state = trainer.state
      let count = Double(max(1, losses.values.reduce(0) { $0 + $1.count }))
      let stepsPerSecond = max(Double(state.step - begin) / seconds, 1e-9)
      return Line(
        begin: begin, step: state.step, steps: trainer.configuration.steps, contexts: state.contexts,
        contextsPerSecond: Double(state.contexts - contexts) / seconds,
        scoreLoss: losses.values.reduce(0) { $0 + $1.score } / count,
        logDensityLoss: losses.values.reduce(0) { $0 + $1.logDensity } / count, buckets: means,
        learningRate: learningRate, skippedSteps: state.skippedSteps,
        secondsLeft: Double(trainer.configuration.steps - state.step) / stepsPerSecond)
    }
  }
}
