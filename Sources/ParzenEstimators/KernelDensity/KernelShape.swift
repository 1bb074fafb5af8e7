import Foundation
import ParzenCore

/// The covariance H of the kernels, as the map from the data to kernel units u, in which a kernel is 2^-|u - u_i|^2:
///
///     u = (x - centre) / (h sqrt(2 ln 2)),   H = diag(h^2).
struct KernelShape: Sendable {
  /// The origin of kernel units; inside the samples, so that little is lost to rounding.
  let centre: [Double]
  /// The standard deviation h of the kernels along every axis, in units of the data.
  let bandwidths: [Double]

  /// Coordinates in kernel units stay below this, so that their squares are finite.
  static let largestCoordinate = 1e150

  /// - Throws: `ParzenError.invalidOption` for a bandwidth that is not positive and finite;
  ///   `ParzenError.unusableSamples` where a rule needs the spread of samples that have none.
  init(_ moments: SampleMoments, bandwidth: Bandwidth) throws(ParzenError) {
    centre = moments.mean
    let d = Double(centre.count)
    switch bandwidth {
    case .fixed(let value):
      guard value > 0, value.isFinite else {
        throw .invalidOption("the bandwidth is \(value): it must be positive and finite")
      }
      bandwidths = [Double](repeating: value, count: centre.count)
    case .scott:
      let factor = pow(moments.effectiveCount, -1 / (d + 4))
      bandwidths = try moments.standardDeviations().map { $0 * factor }
    case .silverman:
      let factor = pow(moments.effectiveCount * (d + 2) / 4, -1 / (d + 4))
      bandwidths = try moments.standardDeviations().map { $0 * factor }
    }
  }

  /// log of (2 pi)^(-d/2) det(H)^(-1/2).
  var logNormaliser: Double {
    -bandwidths.reduce(0) { $0 + log($1) } - 0.5 * Double(centre.count) * log(2 * Double.pi)
  }

  /// Points in kernel units, row by row.
  func kernelUnits(_ points: Matrix) -> [Double] {
    let scale = bandwidths.map { $0 * Self.unit }
    var result = points.elements
    for i in 0..<points.rows {
      for k in scale.indices {
        result[i * scale.count + k] = (result[i * scale.count + k] - centre[k]) / scale[k]
      }
    }
    return result
  }

  /// H^-1 v for rows v given in kernel units.
  func dataGradient(_ rows: Matrix) -> Matrix {
    var result = rows
    for i in 0..<rows.rows {
      for k in bandwidths.indices { result[i, k] = rows[i, k] * Self.unit / bandwidths[k] }
    }
    return result
  }

  /// sqrt(2 ln 2): 2^-(x / unit)^2 = e^(-x^2 / 2).
  private static let unit = (2 * M_LN2).squareRoot()
}
