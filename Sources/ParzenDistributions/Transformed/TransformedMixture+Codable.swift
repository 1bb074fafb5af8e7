import ParzenCore

/// A density as its mixture in the coordinates, and for every column its transformation, origin and scale.
/// What is decoded from what was encoded is the same density, to the bit.
extension TransformedMixture: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case mixture, transformations, origin, scale
  }

  /// Decodes a density.
  ///
  /// - Throws: `DecodingError` for missing values, and for numbers that make no density.
  public init(from decoder: any Decoder) throws {
    try decoder.checkKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let mixture = try container.decode(GaussianMixture.self, forKey: .mixture)
    let columns = try container.decode([ColumnTransformation].self, forKey: .transformations)
    let origin = try container.decode([Double].self, forKey: .origin)
    let scale = try container.decode([Double].self, forKey: .scale)
    do {
      try self.init(mixture, columns: columns, origin: origin, scale: scale)
    } catch {
      throw DecodingError.dataCorruptedError(
        forKey: .transformations, in: container, debugDescription: "\(error)")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(coordinateMixture, forKey: .mixture)
    try container.encode(columns, forKey: .transformations)
    try container.encode(origin, forKey: .origin)
    try container.encode(scale, forKey: .scale)
  }
}
