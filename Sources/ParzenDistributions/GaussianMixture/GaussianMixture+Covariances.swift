import ParzenCore

/// The components' covariances, their factors and the inverses of these.
extension GaussianMixture {
  /// The covariance Sigma_k of a component, d x d.
  ///
  /// - Precondition: there is this component.
  public func covariance(of component: Int) -> Matrix {
    let factor = covarianceFactor(of: component)
    return factor * factor.transposed
  }

  /// The Cholesky factor of the covariance of a component, d x d, lower triangular.
  package func covarianceFactor(of component: Int) -> Matrix {
    lowerTriangle(spreads, of: component, rows: 0..<dimension)
  }

  /// Some rows of that factor.
  func covarianceFactor(of component: Int, rows: [Int]) -> Matrix {
    lowerTriangle(spreads, of: component, rows: rows)
  }

  /// The inverse of that factor, d x d, lower triangular.
  package func inverseCovarianceFactor(of component: Int) -> Matrix {
    lowerTriangle(kernel.factors, of: component, rows: 0..<dimension)
  }

  private func lowerTriangle(
    _ packed: [Double], of component: Int, rows: some Collection<Int>
  ) -> Matrix {
    let start = component * packed.count / componentCount
    var elements: [Double] = []
    elements.reserveCapacity(rows.count * dimension)
    for i in rows {
      if isDiagonal {
        elements += repeatElement(0, count: i)
        elements.append(packed[start + i])
      } else {
        let first = start + i * (i + 1) / 2
        elements += packed[first...first + i]
      }
      elements += repeatElement(0, count: dimension - 1 - i)
    }
    return Matrix(rows: rows.count, columns: dimension, elements: elements)
  }
}
