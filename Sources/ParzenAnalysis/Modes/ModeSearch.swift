import ParzenCore
import ParzenDistributions

/// The modes of a mixture of Gaussians, and the basins of attraction of points.
///
/// Every point climbs by mean shift, which never lowers the density, and near the top by Newton's method. A
/// place where the climb ends is a mode if the Hessian of the log density, which has a closed form, is
/// negative definite there; from a saddle it goes on along the direction of most positive curvature. Ends
/// that coincide are one mode.
public struct ModeSearch: Sendable {
  private let mixture: GaussianMixture
  private let curvature: MixtureCurvature
  /// The standard deviations of the mixture's coordinates: the unit of lengths.
  private let units: [Double]

  /// A place where a climb ended.
  struct Summit: Sendable {
    var place: [Double]
    /// The eigenvalues of the Hessian in units of the mixture's standard deviations, ascending.
    var curvatures: [Double]
  }

  /// - Complexity: O(K d^3).
  public init(_ density: some GaussianMixtureDensity) {
    mixture = density.mixture
    curvature = MixtureCurvature(mixture)
    let covariance = mixture.covariance
    units = (0..<mixture.dimension).map { covariance[$0, $0].squareRoot() }
  }

  private static let mostSteps = 5000
  /// Newton's method takes over where its step would raise the log density by less than this.
  private static let newtonRise = 0.01
  /// The climb ends where a step would raise the log density by less than this.
  private static let smallestRise = 1e-16
  /// Ends closer than this, in units of the mode's own curvature, are one mode.
  private static let mergingDistance = 1e-3

  /// The end of the climb from a point.
  ///
  /// - Throws: `ParzenError.unusableSamples` if the climb does not end at a mode.
  func summit(from start: [Double]) throws(ParzenError) -> Summit {
    var place = start
    var lastNudge = 0.0
    for _ in 0..<Self.mostSteps {
      let here = try curvature(place)
      let negative = negated(here.hessian)
      if let cholesky = Cholesky(negative) {
        let newton = cholesky.solve(here.score)
        // Half of this is the rise that the quadratic expansion promises.
        let decrement = zip(newton, here.score).reduce(0) { $0 + $1.0 * $1.1 }
        if decrement < Self.smallestRise { return Summit(place: place, curvatures: try curvatures(here)) }
        let useNewton = decrement < Self.newtonRise
        for i in place.indices { place[i] += useNewton ? newton[i] : here.step[i] }
        continue
      }
      let rise = zip(here.step, here.score).reduce(0) { $0 + $1.0 * $1.1 }
      if rise < Self.smallestRise {
        // A saddle: leave it along the eigenvector of the largest eigenvalue, further at every further
        // attempt.
        lastNudge = max(1e-4, 2 * lastNudge)
        guard let eigen = SymmetricEigendecomposition(inUnits(here.hessian)) else { break }
        let last = place.count - 1
        for i in place.indices { place[i] += lastNudge * units[i] * eigen.vectors[i, last] }
      } else {
        for i in place.indices { place[i] += here.step[i] }
      }
    }
    throw .unusableSamples(
      "the ascent from (\(start.map { "\($0)" }.joined(separator: ", "))) finds no mode in \(Self.mostSteps) steps:"
        + " the density is flat there; use another method")
  }

  /// Whether two ends are one mode.
  func coincide(_ first: Summit, _ second: Summit) throws(ParzenError) -> Bool {
    try squaredDistance(from: first, to: second) < Self.mergingDistance * Self.mergingDistance
  }

  /// The squared distance of an end from a mode, in units of the mode's curvature.
  func squaredDistance(from mode: Summit, to other: Summit) throws(ParzenError) -> Double {
    let difference = zip(other.place, mode.place).map { $0 - $1 }
    let hessian = try curvature(mode.place).hessian
    var square = 0.0
    for i in difference.indices {
      for j in difference.indices { square -= difference[i] * hessian[i, j] * difference[j] }
    }
    return square
  }

  private func curvatures(_ expansion: MixtureCurvature.Expansion) throws(ParzenError) -> [Double] {
    guard let eigen = SymmetricEigendecomposition(inUnits(expansion.hessian)) else {
      throw .unusableSamples("the Hessian at a mode is not finite: rescale the samples")
    }
    return eigen.values
  }

  private func inUnits(_ hessian: Matrix) -> Matrix {
    var result = hessian
    for i in units.indices { for j in units.indices { result[i, j] *= units[i] * units[j] } }
    return result
  }

  private func negated(_ matrix: Matrix) -> Matrix {
    Matrix(rows: matrix.rows, columns: matrix.columns, elements: matrix.elements.map { -$0 })
  }
}
