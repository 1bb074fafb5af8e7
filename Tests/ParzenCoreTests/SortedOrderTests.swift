import ParzenCore
import Testing

@Suite struct SortedOrderTests {
  /// Values of all magnitudes and signs, with ties, zeros of both signs and infinities.
  private func values(_ count: Int) -> [Double] {
    var generator = Xoshiro256(seed: 11)
    return (0..<count).map { index in
      switch index % 7 {
      case 0: [0, -0.0, 1, -1, .infinity, -.infinity, .leastNonzeroMagnitude][index / 7 % 7]
      case 1: Double(Int.random(in: -3...3, using: &generator))
      case 2: Double.random(in: -1e300...1e300, using: &generator)
      default: Double.random(in: -1...1, using: &generator)
      }
    }
  }

  @Test(arguments: [0, 1, 2, 1000, 1023, 1024, 5000])
  func orderIsThatOfAStableSort(count: Int) {
    let values = values(count)
    let expected = values.indices.sorted { one, other in
      values[one] != values[other] ? values[one] < values[other] : one < other
    }
    #expect(ascendingOrder(values) == expected)
  }

  @Test func valuesThatShareAllDigitsStayWhereTheyAre() {
    #expect(ascendingOrder([Double](repeating: -2.5, count: 3000)) == Array(0..<3000))
  }

  @Test func runsAreSortedByTheSecondRespect() {
    let (first, second) = ([1, 1, 1, 2, 3, 3], [9, 7, 8, 0, 5, 4])
    var order = Array(0..<6)
    order.sortRuns(where: { first[$0] == first[$1] }, by: { second[$0] < second[$1] })
    #expect(order == [1, 2, 0, 3, 5, 4])
  }
}
