import ParzenCore

extension ColumnTransformation: CustomStringConvertible {
  /// What is done to a column, in words that go on from its name.
  public var description: String {
    switch self {
    case .identity: "as it is"
    case .logarithmAbove(let edge): "by its logarithm above \(short(edge))"
    case .logarithmBelow(let edge): "by its logarithm below \(short(edge))"
    case .inverseSoftplusAbove(let edge, let scale):
      "by its logarithm above \(short(edge)), linear beyond \(short(edge + scale))"
    case .inverseSoftplusBelow(let edge, let scale):
      "by its logarithm below \(short(edge)), linear beyond \(short(edge - scale))"
    case .logit(let lower, let upper): "by its logit between \(short(lower)) and \(short(upper))"
    case .inverseSinh(let centre, let scale):
      "by the inverse hyperbolic sine about \(short(centre)), scale \(short(scale))"
    case .doubleInverseSinh(let lower, let upper, let scale):
      "with soft edges at \(short(lower)) and \(short(upper)), scale \(short(scale))"
    case .normalScores(let scores):
      "by the normal scores of its own density"
        + (scores.coordinate == .identity ? "" : ", \(scores.coordinate)")
    case .reflection(let lower, let upper):
      "mirrored at " + [lower, upper].compactMap { $0.map(short) }.joined(separator: " and ")
    case .period(_, let length): "wrapped with period \(short(length))"
    }
  }
}
