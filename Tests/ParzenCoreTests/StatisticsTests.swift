import Foundation
import Testing

@testable import ParzenCore

@Suite struct StatisticsTests {
  @Test func momentsOfColumns() {
    let matrix = Matrix([[1, 10], [2, 10], [6, 10]])
    #expect(matrix.columnMeans == [3, 10])
    #expect(matrix.columnVariances == [(4 + 1 + 9) / 3.0, 0])
  }

  @Test func softmaxNeitherOverflowsNorDependsOnAShift() {
    let plain = softmax([0, 1, -2])
    let total = 1 + exp(1.0) + exp(-2.0)
    for (found, expected) in zip(plain, [1 / total, exp(1.0) / total, exp(-2.0) / total]) {
      #expect(abs(found - expected) < 1e-15)
    }
    for (found, expected) in zip(softmax([1e5, 1e5 + 1, 1e5 - 2]), plain) {
      #expect(abs(found - expected) < 1e-10)
    }
    #expect(softmax([-.infinity, 0]) == [0, 1])
  }
}
