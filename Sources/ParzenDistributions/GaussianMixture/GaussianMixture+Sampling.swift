import ParzenCore

extension GaussianMixture: Distribution {
  /// Independent draws, count x d.
  ///
  /// - Complexity: O(count d^2) time, O(count d) if the covariances are diagonal.
  public func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix {
    var generator = Xoshiro256(drawnFrom: &generator)
    let labels = AliasTable(weights: weights)
    let d = dimension
    let elements = [Double](unsafeUninitializedCapacity: count * d) { elements, initializedCount in
      initializedCount = count * d
      generator.fillNormal(elements)
      for row in 0..<count {
        let component = componentCount == 1 ? 0 : labels.draw(using: &generator)
        place(elements.baseAddress! + row * d, in: component)
      }
    }
    return Matrix(rows: count, columns: d, elements: elements)
  }

  /// Turns d standard normal values into a draw from a component, z -> mu + L z, in place.
  private func place(_ point: UnsafeMutablePointer<Double>, in component: Int) {
    let d = dimension
    let mean = component * d
    if isDiagonal {
      for i in 0..<d { point[i] = means.elements[mean + i] + spreads[mean + i] * point[i] }
    } else {
      var factor = (component + 1) * d * (d + 1) / 2
      for i in (0..<d).reversed() {  // row i of L needs the first i + 1 values only
        factor -= i + 1
        var sum = means.elements[mean + i]
        for j in 0...i { sum += spreads[factor + j] * point[j] }
        point[i] = sum
      }
    }
  }
}
