import CParzenKernels
import Foundation

/// Prints the speed of the attention kernels on one thread, as multiples of that of the matrix product in the
/// same run.
///
/// Operations counted, for n queries, n keys and width w: 4 n^2 w forward, 10 n^2 w for the gradient, 2 m n k
/// for the product. Every figure is the best of many repetitions, which alternate with those of the product.
@main
struct KernelBenchmark {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    guard arguments.isSubset(of: InstructionSet.all.map(\.name)) else {
      FileHandle.standardError.write(
        Data("usage: kernel-benchmark [\(InstructionSet.all.map(\.name).joined(separator: "|"))]...\n".utf8))
      exit(64)
    }
    let sets = InstructionSet.all.filter {
      arguments.isEmpty ? $0.name == InstructionSet.all[0].name : arguments.contains($0.name)
    }
    print("processor: \(Machine.processor); 1 thread; matrix product by \(Machine.matrixProductLibrary)")
    for set in sets {
      report(AttentionMeasurement<Float>(set.float32), set.name, "Float32", MatrixProduct<Float>())
      report(AttentionMeasurement<Double>(set.float64), set.name, "Float64", MatrixProduct<Double>())
    }
  }

  private static func report<Scalar>(
    _ measurement: AttentionMeasurement<Scalar>, _ set: String, _ precision: String,
    _ product: MatrixProduct<Scalar>
  ) {
    print("\n\(set), \(precision)")
    print(
      "     n  width | forward: time  GFLOP/s  / product | gradient: time  GFLOP/s  / product"
        + " | product GFLOP/s"
    )
    for (count, width) in [(2048, 16), (2048, 64), (32, 16), (32, 24), (32, 32), (32, 56), (32, 96)] {
      let result = measurement.run(count: count, width: width, against: product)
      print(
        String(
          format: "%6d %6d | %10.2f us %8.1f %10.2f | %11.2f us %8.1f %10.2f | %15.1f", count, width,
          result.forwardSeconds * 1e6, result.forwardRate * 1e-9, result.forwardRate / result.productRate,
          result.gradientSeconds * 1e6, result.gradientRate * 1e-9, result.gradientRate / result.productRate,
          result.productRate * 1e-9))
    }
  }
}

extension ArraySlice where Element: Hashable {
  func isSubset(of other: [Element]) -> Bool { Set(self).isSubset(of: other) }
}

/// The kernels of an instruction set that this processor has, best first.
struct InstructionSet {
  let name: String
  let float32: ParzenKernelTable
  let float64: ParzenKernelTable

  static var all: [InstructionSet] {
    [PARZEN_AVX512, PARZEN_AVX2, PARZEN_NEON, PARZEN_PORTABLE].compactMap { set in
      guard let float32 = parzen_kernels(set, PARZEN_FLOAT32),
        let float64 = parzen_kernels(set, PARZEN_FLOAT64)
      else { return nil }
      return InstructionSet(
        name: String(cString: float32.pointee.name), float32: float32.pointee, float64: float64.pointee)
    }
  }
}
