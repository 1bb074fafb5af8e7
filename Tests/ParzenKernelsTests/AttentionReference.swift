import Foundation
import ParzenCore

@testable import ParzenKernels

/// Attention and its gradient in Float64 by double loops over the definition, on contiguous rows.
struct AttentionReference {
  var shape: AttentionShape
  var query: [Double]
  var key: [Double]
  var value: [Double]
  var bias: [Double]

  struct Result {
    var output: [Double]
    var logNormaliser: [Double]
  }

  struct Gradient {
    var query: [Double]
    var key: [Double]
    var value: [Double]
    var bias: [Double]

    init(zerosFor shape: AttentionShape) {
      query = .init(repeating: 0, count: shape.queries * shape.keyWidth)
      key = .init(repeating: 0, count: shape.keys * shape.keyWidth)
      value = .init(repeating: 0, count: shape.keys * shape.valueWidth)
      bias = .init(repeating: 0, count: shape.keys)
    }
  }

  func logits(_ i: Int) -> [Double] {
    (0..<shape.keys).map { j in
      (0..<shape.keyWidth).reduce(0) {
        $0 + query[i * shape.keyWidth + $1] * key[j * shape.keyWidth + $1]
      } * shape.scale + bias[j]
    }
  }

  func forward() -> Result {
    var result = Result(
      output: .init(repeating: 0, count: shape.queries * shape.valueWidth),
      logNormaliser: .init(repeating: -.infinity, count: shape.queries))
    for i in 0..<shape.queries {
      let logits = logits(i)
      guard let largest = logits.max(), largest > -.infinity else { continue }
      let total = logits.reduce(0) { $0 + exp($1 - largest) }
      result.logNormaliser[i] = largest + log(total)
      for j in 0..<shape.keys {
        let weight = exp(logits[j] - largest) / total
        for c in 0..<shape.valueWidth {
          result.output[i * shape.valueWidth + c] += weight * value[j * shape.valueWidth + c]
        }
      }
    }
    return result
  }

  /// The gradient of `sum outputGradient . output + sum logNormaliserGradient . logNormaliser`, and for every
  /// element the sum of the absolute values of its summands, which rounding errors are relative to.
  func gradient(
    _ result: Result, outputGradient: [Double], logNormaliserGradient: [Double]
  ) -> (sum: Gradient, magnitude: Gradient) {
    let (kw, vw, scale) = (shape.keyWidth, shape.valueWidth, shape.scale)
    var sum = Gradient(zerosFor: shape)
    var magnitude = sum
    for i in 0..<shape.queries where result.logNormaliser[i] > -.infinity {
      let logits = logits(i)
      for j in 0..<shape.keys {
        let weight = exp(logits[j] - result.logNormaliser[i])
        var (s, m) = (logNormaliserGradient[i], abs(logNormaliserGradient[i]))
        for c in 0..<vw {
          let (g, v, o) = (outputGradient[i * vw + c], value[j * vw + c], result.output[i * vw + c])
          sum.value[j * vw + c] += weight * g
          magnitude.value[j * vw + c] += weight * abs(g)
          s += g * (v - o)
          m += abs(g * v) + abs(g * o)
        }
        (s, m) = (s * weight, m * weight)
        sum.bias[j] += s
        magnitude.bias[j] += m
        for c in 0..<kw {
          let (q, k) = (query[i * kw + c], key[j * kw + c])
          sum.query[i * kw + c] += scale * s * k
          magnitude.query[i * kw + c] += abs(scale * m * k)
          sum.key[j * kw + c] += scale * s * q
          magnitude.key[j * kw + c] += abs(scale * m * q)
        }
      }
    }
    return (sum, magnitude)
  }

  /// A bound on the relative error of one weight when the arithmetic has the given unit of rounding: twice
  /// that of its logit, a sum of `keyWidth + 1` terms, and those of the exponential and of the total of the
  /// weights.
  func weightError(ulp: Double) -> Double {
    var largest = 0.0
    for i in 0..<shape.queries {
      for j in 0..<shape.keys where bias[j] > -.infinity {
        let terms = (0..<shape.keyWidth).reduce(abs(bias[j])) {
          $0 + abs(query[i * shape.keyWidth + $1] * key[j * shape.keyWidth + $1] * shape.scale)
        }
        largest = max(largest, terms)
      }
    }
    return ulp * (2 * Double(shape.keyWidth + 4) * largest + Double(shape.keys + 8))
  }
}

extension AttentionReference {
  /// A random problem whose operands are exact in `Scalar`.
  static func random<Scalar: KernelScalar>(
    _ shape: AttentionShape, as: Scalar.Type, spread: Double = 1,
    using generator: inout some RandomNumberGenerator
  ) -> AttentionReference {
    func normals(_ count: Int, _ factor: Double = 1) -> [Double] {
      (0..<count).map { _ in Double(Scalar(generator.nextNormal() * factor)) }
    }
    return AttentionReference(
      shape: shape, query: normals(shape.queries * shape.keyWidth, spread),
      key: normals(shape.keys * shape.keyWidth), value: normals(shape.keys * shape.valueWidth),
      bias: normals(shape.keys, spread))
  }
}
