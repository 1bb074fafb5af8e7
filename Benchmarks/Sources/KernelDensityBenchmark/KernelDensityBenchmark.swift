import Foundation
import Parzen
import ParzenFiles

/// Times the kernel density estimate on given files; `kde_rivals.py` runs it beside other programs.
///
///     kde-benchmark SAMPLES.npy QUERIES.npy BANDWIDTH THREADS REPETITIONS OUTPUT.npy
///
/// Writes log density and score, one row per query, and prints one JSON object with the processor time in
/// seconds of each repetition: of fitting, and of log density and score together on the fitted estimate.
@main struct KernelDensityBenchmark {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard arguments.count == 6, let bandwidth = Double(arguments[3]), let threads = Int(arguments[4]),
      let repetitions = Int(arguments[5]), repetitions > 0
    else {
      print("usage: kde-benchmark SAMPLES.npy QUERIES.npy BANDWIDTH THREADS REPETITIONS OUTPUT.npy")
      exit(64)
    }
    let samples = try Table(contentsOf: URL(filePath: arguments[1])).values
    let queries = try Table(contentsOf: URL(filePath: arguments[2])).values

    var (fitting, evaluation): ([Double], [Double]) = ([], [])
    var result = DensityEvaluation(logDensity: [], score: queries)
    for _ in 0..<repetitions {
      let start = processorTime()
      let estimate = try KernelDensity(samples: samples, bandwidth: .fixed(bandwidth), threads: threads)
      let fitted = processorTime()
      result = try estimate.evaluate(at: queries)
      fitting.append(fitted - start)
      evaluation.append(processorTime() - fitted)
    }

    var output = Matrix(rows: queries.rows, columns: 1 + queries.columns)
    for i in 0..<queries.rows {
      output[i, 0] = result.logDensity[i]
      for k in 0..<queries.columns { output[i, 1 + k] = result.score[i, k] }
    }
    try Table(values: output).write(to: URL(filePath: arguments[6]))
    print("{\"fitting\": \(fitting), \"evaluation\": \(evaluation)}")
  }

  /// Seconds that this process has computed for, on all threads.
  private static func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
