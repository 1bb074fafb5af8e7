import ParzenKernels
import ParzenPlatform

/// A variable with its derivative in one direction, where that is wanted: forward-mode differentiation,
/// itself recorded on the tape, so that the reverse pass gives exact second derivatives.
package struct Dual<Scalar: KernelScalar> {
  package var value: Variable<Scalar>
  /// The directional derivative, of the same shape; nil where none is wanted.
  package var tangent: Variable<Scalar>?

  package init(value: Variable<Scalar>, tangent: Variable<Scalar>? = nil) {
    self.value = value
    self.tangent = tangent
  }
}

extension Tape {
  /// x W, or base + x W.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func linear(
    _ x: Dual<Scalar>, _ weight: Variable<Scalar>, adding base: Dual<Scalar>? = nil
  ) -> Dual<Scalar> {
    Dual(
      value: linear(x.value, weight, adding: base?.value),
      tangent: x.tangent.map { linear($0, weight, adding: base?.tangent) })
  }

  /// x + bias, in place of x.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func addingBias(_ bias: Variable<Scalar>, to x: Dual<Scalar>) -> Dual<Scalar> {
    Dual(value: addingBias(bias, to: x.value), tangent: x.tangent)
  }

  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func layerNorm(_ x: Dual<Scalar>, gain: Variable<Scalar>, bias: Variable<Scalar>) -> Dual<Scalar> {
    let (y, statistics) = layerNorm(x.value, gain: gain, bias: bias)
    return Dual(
      value: y, tangent: x.tangent.map { layerNormTangent(x.value, $0, gain: gain, statistics: statistics) })
  }

  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func gelu(_ x: Dual<Scalar>, bias: Variable<Scalar>) -> Dual<Scalar> {
    let y = gelu(x.value, bias: bias)
    return Dual(value: y, tangent: x.tangent.map { geluTangent(x.value, $0) })
  }

  /// Attention of queries that may have a tangent to keys and values that have none.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func attention(
    query: Dual<Scalar>, key: Variable<Scalar>, value: Variable<Scalar>, heads: Int, contexts: Int,
    scale: Double, bias: UnsafePointer<Scalar>?
  ) -> Dual<Scalar> {
    Dual(
      value: attention(
        query: query.value, key: key, value: value, heads: heads, contexts: contexts, scale: scale, bias: bias
      ),
      tangent: query.tangent.map {
        attentionTangent(
          query: query.value, $0, key: key, value: value, heads: heads, contexts: contexts, scale: scale,
          bias: bias)
      })
  }

  /// With n = (x - mean) / sigma and t the tangent: gain (t - mean(t) - n mean(n t)) / sigma.
  private func layerNormTangent(
    _ x: Variable<Scalar>, _ tangent: Variable<Scalar>, gain: Variable<Scalar>,
    statistics: LayerNormStatistics<Scalar>
  ) -> Variable<Scalar> {
    let y = variable(x.rows, x.columns)
    let width = x.columns
    let share = 1 / Scalar(width)
    for row in 0..<x.rows {
      let (x, t, y) = (x.value + row * width, tangent.value + row * width, y.value + row * width)
      let (mean, inverse) = (statistics.mean[row], statistics.inverseNorm[row])
      var (sum, dot) = (Scalar(0), Scalar(0))
      for c in 0..<width {
        sum += t[c]
        dot += (x[c] - mean) * inverse * t[c]
      }
      for c in 0..<width {
        y[c] = gain.value[c] * inverse * (t[c] - share * sum - (x[c] - mean) * inverse * share * dot)
      }
    }
    record {
      for row in 0..<x.rows {
        let at = row * width
        let (dx, t, dt) = (x.gradient! + at, tangent.value + at, tangent.gradient! + at)
        let (x, dy) = (x.value + at, y.gradient! + at)
        let (mean, inverse) = (statistics.mean[row], statistics.inverseNorm[row])
        // With g = gain * dy, p = g - mean(g) - n mean(n g) its projection, and the same of t, q: dt = p /
        // sigma, and dn = -(mean(n t) g + mean(n g) t), which goes through n back to x; sigma itself depends
        // on x, too.
        var (sumT, dotT, sumG, dotG, inner) = (Scalar(0), Scalar(0), Scalar(0), Scalar(0), Scalar(0))
        for c in 0..<width {
          let (n, g) = ((x[c] - mean) * inverse, gain.value[c] * dy[c])
          sumT += t[c]
          dotT += n * t[c]
          sumG += g
          dotG += n * g
          inner += g * t[c]
        }
        let (meanT, meanG) = (share * sumT, share * sumG)
        let (normT, normG) = (share * dotT, share * dotG)
        // sum over c of g * (t - mean t - n mean(n t)), by which 1 / sigma is scaled.
        let total = inner - meanG * sumT - normT * dotG
        var (sumN, dotN) = (Scalar(0), Scalar(0))
        for c in 0..<width {
          let (n, g) = ((x[c] - mean) * inverse, gain.value[c] * dy[c])
          let dn = -(normT * g + normG * t[c])
          sumN += dn
          dotN += n * dn
        }
        for c in 0..<width {
          let (n, g) = ((x[c] - mean) * inverse, gain.value[c] * dy[c])
          let projected = t[c] - meanT - n * normT
          gain.gradient![c] += dy[c] * inverse * projected
          dt[c] += inverse * (g - meanG - n * normG)
          let dn = -(normT * g + normG * t[c])
          dx[c] += inverse * inverse * (dn - share * sumN - n * share * dotN - n * share * total)
        }
      }
    }
    return y
  }

  /// gelu'(x) t, where x includes the bias.
  private func geluTangent(_ x: Variable<Scalar>, _ tangent: Variable<Scalar>) -> Variable<Scalar> {
    let y = variable(x.rows, x.columns)
    for i in 0..<x.count { y.value[i] = geluDerivatives(x.value[i]).first * tangent.value[i] }
    record {
      for i in 0..<x.count {
        let (first, second) = geluDerivatives(x.value[i])
        let dy = y.gradient![i]
        tangent.gradient![i] += first * dy
        x.gradient![i] += second * tangent.value[i] * dy
      }
    }
    return y
  }
}

/// The first and second derivative of gelu(x) = x sigmoid(v), v = 2 sqrt(2 / pi) (x + 0.044715 x^3).
private func geluDerivatives<Scalar: KernelScalar>(_ x: Scalar) -> (first: Scalar, second: Scalar) {
  let (slope, cubic) = (Scalar(1.5957691216057308), Scalar(0.044715))
  let v = slope * x * (1 + cubic * x * x)
  let s = Scalar(1 / (1 + exp(-Double(v))))
  let (v1, v2) = (slope * (1 + 3 * cubic * x * x), slope * 6 * cubic * x)
  let s1 = s * (1 - s)
  let s2 = s1 * (1 - 2 * s)
  return (s + x * s1 * v1, 2 * s1 * v1 + x * (s2 * v1 * v1 + s1 * v2))
}
