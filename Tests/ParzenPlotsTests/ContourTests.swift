import Foundation
import Testing

@testable import ParzenPlots

@Suite struct ContourTests {
  /// A function on a grid over [-2, 2] x [-2, 2].
  private func grid(_ count: Int, _ function: (Double, Double) -> Double) -> ScalarGrid {
    let nodes = AxisScale(domain: -2...2).values(count)
    return ScalarGrid(x: nodes, y: nodes, values: nodes.flatMap { y in nodes.map { function($0, y) } })
  }

  @Test func circleIsOneClosedLineOnTheCircle() throws {
    let count = 81
    let contour = ContourLines(of: grid(count) { $0 * $0 + $1 * $1 }, at: 1.5 * 1.5)
    let line = try #require(contour.lines.first)
    #expect(contour.lines.count == 1)
    #expect(line.isClosed)
    // Linear interpolation of a function with second derivative 2: an error of at most h^2 / 4 in the value.
    let h = 4.0 / Double(count - 1)
    for point in line.points { #expect(abs(hypot(point.x, point.y) - 1.5) <= h * h / 4 / (2 * 1.5) + 1e-12) }
    let area = zip(line.points, line.points.dropFirst() + [line.points[0]]).reduce(0) { sum, side in
      sum + (side.0.x * side.1.y - side.1.x * side.0.y) / 2
    }
    #expect(abs(abs(area) / (.pi * 1.5 * 1.5) - 1) < 2e-3)
    let steps = zip(line.points, line.points.dropFirst()).map { hypot($0.x - $1.x, $0.y - $1.y) }
    #expect(steps.max()! <= h * 2.0.squareRoot() + 1e-12)
  }

  @Test func lineThatLeavesTheGridIsOpen() throws {
    let contour = ContourLines(of: grid(20) { x, _ in x }, at: 0.1)
    let line = try #require(contour.lines.first)
    #expect(contour.lines.count == 1)
    #expect(!line.isClosed)
    #expect(line.points.count == 20)
    #expect(line.points.allSatisfy { abs($0.x - 0.1) < 1e-12 })
  }

  @Test func twoPeaksAreTwoLines() {
    let peaks = grid(60) { x, y in
      exp(-4 * ((x - 1) * (x - 1) + y * y)) + exp(-4 * ((x + 1) * (x + 1) + y * y))
    }
    #expect(ContourLines(of: peaks, at: 0.5).lines.map(\.isClosed) == [true, true])
    #expect(ContourLines(of: peaks, at: 0.02).lines.map(\.isClosed) == [true])
    #expect(ContourLines(of: peaks, at: 2).lines.isEmpty)
  }

  @Test func saddlesJoinNoCrossingLines() {
    // A chessboard has a saddle in every cell; each crossing of an edge belongs to exactly one line.
    let chessboard = ScalarGrid(
      x: (0..<9).map(Double.init), y: (0..<7).map(Double.init),
      values: (0..<7).flatMap { row in (0..<9).map { Double((row + $0) % 2) } })
    let lines = ContourLines(of: chessboard, at: 0.4).lines
    let points = lines.flatMap { $0.points.map { [$0.x, $0.y] } }
    #expect(points.count == 9 * 6 + 7 * 8)
    #expect(Set(points).count == points.count)
  }

  @Test func levelsHoldTheirParts() {
    // A standard Gaussian in the plane: the region that holds the part p ends at the density (1 - p) / (2
    // pi).
    let nodes = AxisScale(domain: -6...6).values(241)
    let density = nodes.flatMap { y in nodes.map { exp(-($0 * $0 + y * y) / 2) / (2 * .pi) } }
    let levels = ScalarGrid.levels(
      holding: [0.25, 0.5, 0.95], of: ScalarGrid(x: nodes, y: nodes, values: density))
    for (level, part) in zip(levels, [0.25, 0.5, 0.95]) {
      #expect(abs(level * 2 * .pi - (1 - part)) < 2e-3)
    }
  }
}
