import ParzenCore

/// A whitening as the `mean` of the columns with what rounding takes from it (`remainder`), their `scale`,
/// the principal `axes` and the `variances` along them. What is decoded from what was encoded is the same
/// map, to the bit.
extension Whitening: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case mean, remainder, scale, axes, variances, form
  }

  /// How far the axes may be from orthonormal: that many times the rounding of the eigenvectors.
  private static let tolerance = 1e-9

  /// Decodes a whitening.
  ///
  /// - Throws: `DecodingError` for missing values, other numbers of them than dimensions, scales and
  ///   variances that are not positive, and axes that are not orthonormal.
  public init(from decoder: any Decoder) throws {
    try decoder.checkKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func fail(_ key: CodingKeys, _ reason: String) -> DecodingError {
      DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: reason)
    }
    func numbers(_ key: CodingKeys) throws -> [Double] {
      try container.decode([Double].self, forKey: key)
    }
    let (mean, remainder) = (try numbers(.mean), try numbers(.remainder))
    let (scale, variances) = (try numbers(.scale), try numbers(.variances))
    let axes = try container.decode(Matrix.self, forKey: .axes)
    let d = mean.count
    guard d > 0,
      [remainder.count, scale.count, variances.count, axes.rows, axes.columns].allSatisfy({ $0 == d })
    else { throw fail(.mean, "a whitening has \(d) values of everything, and \(d) x \(d) axes") }
    guard (mean + remainder).allSatisfy(\.isFinite) else { throw fail(.mean, "a mean is finite") }
    guard (scale + variances).allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw fail(.scale, "the scales and variances of a whitening are positive and finite")
    }
    let products = axes.transposed * axes
    for i in 0..<d {
      for j in 0..<d where !(abs(products[i, j] - (i == j ? 1 : 0)) < Self.tolerance) {
        throw fail(.axes, "the axes of a whitening are orthonormal")
      }
    }
    self.init(
      mean: mean, meanRemainder: remainder, scale: scale, axes: axes, variances: variances,
      form: try container.decode(Form.self, forKey: .form))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(mean, forKey: .mean)
    try container.encode(meanRemainder, forKey: .remainder)
    try container.encode(scale, forKey: .scale)
    try container.encode(axes, forKey: .axes)
    try container.encode(principalVariances, forKey: .variances)
    try container.encode(form, forKey: .form)
  }
}
