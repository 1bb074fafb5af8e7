import ParzenCore
import ParzenPlatform

/// Hartigan's dip: the greatest distance of the samples' distribution function from the nearest unimodal
/// one, and the probability that as many uniform samples, which are the hardest unimodal ones, have as
/// large a dip.
///
/// J. A. Hartigan, P. M. Hartigan, The dip test of unimodality, Annals of Statistics 13, 1985; the
/// algorithm is P. M. Hartigan's (Applied Statistics 34, 1985) in the form of greatest convex minorants and
/// least concave majorants.
struct DipTest {
  /// The dip, from 1 / (2 n) to 1 / 4.
  let dip: Double
  /// The probability under unimodality, at most.
  let pValue: Double

  /// Tests values, in any order, at least four.
  ///
  /// - Complexity: O(n log n).
  init(_ values: [Double]) {
    let sorted = values.sorted()
    dip = Self.dip(sorted)
    pValue = Self.pValue(dip * Double(sorted.count).squareRoot(), count: sorted.count)
  }

  /// The dip of ascending values.
  static func dip(_ x: [Double]) -> Double {
    let n = x.count
    guard n >= 4, x[0] < x[n - 1] else { return 1 / Double(2 * max(n, 1)) }
    var (low, high) = (0, n - 1)
    var dip = 1.0
    // For every index, the previous corner of the minorant and the next corner of the majorant.
    var minorant = [Int](repeating: 0, count: n)
    for j in 1..<n {
      minorant[j] = j - 1
      while true {
        let (a, b) = (minorant[j], minorant[minorant[j]])
        if a == 0 || (x[j] - x[a]) * Double(a - b) < (x[a] - x[b]) * Double(j - a) { break }
        minorant[j] = b
      }
    }
    var majorant = [Int](repeating: n - 1, count: n)
    for k in stride(from: n - 2, through: 0, by: -1) {
      majorant[k] = k + 1
      while true {
        let (a, b) = (majorant[k], majorant[majorant[k]])
        if a == n - 1 || (x[k] - x[a]) * Double(a - b) < (x[a] - x[b]) * Double(k - a) { break }
        majorant[k] = b
      }
    }
    while true {
      var gcm = [high]
      while gcm[gcm.count - 1] > low { gcm.append(minorant[gcm[gcm.count - 1]]) }
      var lcm = [low]
      while lcm[lcm.count - 1] < high { lcm.append(majorant[lcm[lcm.count - 1]]) }
      var (ig, ih) = (gcm.count - 1, lcm.count - 1)
      var (ix, iv) = (gcm.count - 2, 1)
      var distance = 0.0
      if gcm.count != 2 || lcm.count != 2 {
        repeat {
          let (g, l) = (gcm[ix], lcm[iv])
          if g > l {
            let previous = gcm[ix + 1]
            let gap =
              Double(l - previous + 1) - (x[l] - x[previous]) * Double(g - previous) / (x[g] - x[previous])
            iv += 1
            if gap >= distance { (distance, ig, ih) = (gap, ix + 1, iv - 1) }
          } else {
            let previous = lcm[iv - 1]
            let gap =
              (x[g] - x[previous]) * Double(l - previous) / (x[l] - x[previous]) - Double(g - previous - 1)
            ix -= 1
            if gap >= distance { (distance, ig, ih) = (gap, ix + 1, iv) }
          }
          ix = max(ix, 0)
          iv = min(iv, lcm.count - 1)
        } while gcm[ix] != lcm[iv]
      } else {
        distance = 1
      }
      if distance < dip { break }
      var largest = 0.0
      for j in ig..<max(gcm.count - 1, ig) {
        largest = max(largest, deviation(x, from: gcm[j + 1], to: gcm[j], isMinorant: true))
      }
      for k in ih..<max(lcm.count - 1, ih) {
        largest = max(largest, deviation(x, from: lcm[k], to: lcm[k + 1], isMinorant: false))
      }
      dip = max(dip, largest)
      if low == gcm[ig], high == lcm[ih] { break }
      (low, high) = (gcm[ig], lcm[ih])
    }
    return dip / Double(2 * n)
  }

  /// The greatest distance of the distribution function from a chord between two corners.
  private static func deviation(_ x: [Double], from start: Int, to end: Int, isMinorant: Bool) -> Double {
    var largest = 1.0
    guard end - start > 1, x[end] != x[start] else { return largest }
    let slope = Double(end - start) / (x[end] - x[start])
    for j in start...end {
      let line = (x[j] - x[start]) * slope
      let gap = isMinorant ? Double(j - start + 1) - line : line - Double(j - start - 1)
      largest = max(largest, gap)
    }
    return largest
  }
}

// MARK: - Its distribution

extension DipTest {
  /// The probability that n uniform values have sqrt(n) times their dip at least as large, from simulations
  /// of 20,000 sets for each n, interpolated in its logarithm; beyond the last, exponential in the square.
  private static func pValue(_ scaled: Double, count: Int) -> Double {
    let place = sizes.lastIndex { $0 <= count } ?? 0
    let next = min(place + 1, sizes.count - 1)
    let share =
      next == place || count <= sizes[0]
      ? 0 : log(Double(count) / Double(sizes[place])) / log(Double(sizes[next]) / Double(sizes[place]))
    let values = zip(quantiles[place], quantiles[next]).map { $0 + share * ($1 - $0) }
    guard scaled > values[0] else { return 1 - 0.5 * scaled / values[0] }
    for index in 1..<values.count where scaled < values[index] {
      let part = (scaled - values[index - 1]) / (values[index] - values[index - 1])
      return exp(log(levels[index - 1]) + part * (log(levels[index]) - log(levels[index - 1])))
    }
    let (last, before) = (values.count - 1, values.count - 3)
    let slope =
      (log(levels[last]) - log(levels[before]))
      / (values[last] * values[last] - values[before] * values[before])
    return exp(log(levels[last]) + slope * (scaled * scaled - values[last] * values[last]))
  }

  private static let levels = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001]
  private static let sizes = [6, 10, 15, 20, 30, 50, 100, 200, 1000]
  /// sqrt(n) times the dip that is exceeded with each of the levels.
  private static let quantiles: [[Double]] = [
    [0.302, 0.366, 0.390, 0.404, 0.438, 0.472, 0.495, 0.524, 0.541],
    [0.310, 0.376, 0.413, 0.442, 0.476, 0.506, 0.531, 0.553, 0.571],
    [0.324, 0.385, 0.427, 0.461, 0.500, 0.524, 0.549, 0.583, 0.607],
    [0.328, 0.395, 0.434, 0.470, 0.514, 0.546, 0.576, 0.611, 0.630],
    [0.337, 0.406, 0.445, 0.483, 0.526, 0.562, 0.589, 0.624, 0.646],
    [0.344, 0.415, 0.456, 0.495, 0.540, 0.570, 0.597, 0.630, 0.656],
    [0.355, 0.427, 0.470, 0.508, 0.558, 0.593, 0.625, 0.664, 0.694],
    [0.362, 0.435, 0.481, 0.520, 0.566, 0.600, 0.630, 0.669, 0.694],
    [0.372, 0.449, 0.494, 0.536, 0.583, 0.619, 0.660, 0.698, 0.730],
  ]
}
