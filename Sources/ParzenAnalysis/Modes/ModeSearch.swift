import ParzenCore
import ParzenDistributions

/// The modes of a mixture of Gaussians, and the basins of attraction of points.
///
/// Every point climbs by mean shift, which never lowers the density, and near the top by Newton's method. A
/// place where the climb ends is a mode if the Hessian of the log density, which has a closed form, is
/// negative definite there; from a saddle it goes on along the direction of most positive curvature. Ends
/// that coincide are one mode.
///
/// ```swift
/// let search = ModeSearch(mixture)
/// ```
public struct ModeSearch: Sendable {
  private let mixture: GaussianMixture
  private let curvature: MixtureCurvature
  /// The standard deviations of the mixture's coordinates: the unit of lengths.
  let units: [Double]

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

  private static let mostSteps = 2000
  /// Newton's method takes over where its step would raise the log density by less than this.
  private static let newtonRise = 0.01
  /// The climb ends where a step would raise the log density by less than this.
  private static let smallestRise = 1e-16
  /// Ends closer than this, in units of the mode's own curvature, are one mode.
  private static let mergingDistance = 1e-3
  /// Ends closer than this in every coordinate, in units of the mixture's spread, are one mode.
  private static let mergingReach = 1e-5

  /// The end of the climb from a point: a mode, or on a flat top, where climbs become endless, a place near
  /// it.
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
        // Where columns have offsets, steps end at the last digits of the place.
        let isWithinRounding = zip(newton, place).allSatisfy { abs($0) <= 4 * $1.ulp }
        if decrement < Self.smallestRise || isWithinRounding {
          return Summit(place: place, curvatures: curvatures(here))
        }
        let useNewton = decrement < Self.newtonRise
        for i in place.indices { place[i] += useNewton ? newton[i] : here.step[i] }
        continue
      }
      let rise = zip(here.step, here.score).reduce(0) { $0 + $1.0 * $1.1 }
      if rise < Self.smallestRise {
        // A saddle: leave it along the eigenvector of the largest eigenvalue, further at every further
        // attempt.
        lastNudge = max(1e-4, 2 * lastNudge)
        guard lastNudge < 1, let eigen = SymmetricEigendecomposition(inUnits(here.hessian)) else { break }
        let last = place.count - 1
        for i in place.indices { place[i] += lastNudge * units[i] * eigen.vectors[i, last] }
      } else {
        for i in place.indices { place[i] += here.step[i] }
      }
    }
    return Summit(place: place, curvatures: curvatures(try curvature(place)))
  }

  /// Points of a path from one place to another, moved uphill across its direction: the path becomes a
  /// ridge, whose lowest point is the saddle.
  ///
  /// - Parameter route: places, of which the first and the last stay.
  func relaxed(_ route: [[Double]]) throws(ParzenError) -> [[Double]] {
    var moved = route
    for index in route.indices.dropFirst().dropLast() {
      let step = try curvature(route[index]).step
      var along = zip(route[index + 1], route[index - 1]).map { $0 - $1 }
      for i in along.indices { along[i] /= units[i] }
      let length = along.reduce(0) { $0 + $1 * $1 }
      guard length > 0 else { continue }
      let part = along.indices.reduce(0) { $0 + along[$1] * step[$1] / units[$1] } / length
      for i in step.indices { moved[index][i] += 0.7 * (step[i] - part * along[i] * units[i]) }
    }
    return moved
  }

  /// The log density at places.
  func logDensity(_ places: [[Double]]) throws(ParzenError) -> [Double] {
    try mixture.logDensity(at: Matrix(places))
  }

  /// Whether two ends are one mode: close in units of its curvature, or of the mixture's spread on flat tops.
  func coincide(_ first: Summit, _ second: Summit) throws(ParzenError) -> Bool {
    let difference = zip(first.place, second.place).map { $0 - $1 }
    let reach = difference.indices.map { abs(difference[$0]) / units[$0] }.max() ?? 0
    if reach < Self.mergingReach { return true }
    guard reach < 0.1 else { return false }
    let hessian = try curvature(first.place).hessian
    var square = 0.0
    for i in difference.indices {
      for j in difference.indices { square -= difference[i] * hessian[i, j] * difference[j] }
    }
    return abs(square) < Self.mergingDistance * Self.mergingDistance
  }

  private func curvatures(_ expansion: MixtureCurvature.Expansion) -> [Double] {
    SymmetricEigendecomposition(inUnits(expansion.hessian))?.values ?? []
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
