import ParzenCore
import ParzenDistributions
import ParzenKernels
import ParzenMixtures
import ParzenNetworks
import ParzenPlatform

/// How exactly the responsibilities of samples are computed.
enum NetworkPrecision: Sendable {
  /// In Float64 for up to 32,768 samples; beyond, where rounding is far below the error of the estimate, in
  /// Float32.
  case exact
  /// In Float32.
  case rounded
}

extension NetworkWeights<MixtureTransformerConfiguration> {
  /// The network's mixture for whitened samples, n x d.
  ///
  /// - Parameter counts: how many samples each row stands for; nil for one each.
  func mixture(
    of samples: Matrix, counts: [Double]?, precision: NetworkPrecision = .exact, threads: Int
  ) throws(ParzenError) -> GaussianMixture {
    let mixture =
      precision == .exact && samples.rows <= 1 << 15
      ? pass(SampleColumns<Double>(samples, weights: counts), threads) { .exact($0) }
      : pass(SampleColumns<Float>(samples, weights: counts), threads) { .rounded($0) }
    return try mixture.gaussianMixture(dimension: samples.columns)
  }

  private func pass<Coordinate: KernelScalar>(
    _ samples: SampleColumns<Coordinate>, _ threads: Int,
    _ points: (PointBlock<Coordinate>) -> SamplePoints<Double>
  ) -> WhitenedMixture {
    let d = samples.dimension
    let components = configuration.components(samples: Int(samples.total.rounded()))
    let pass = MixtureTransformerPass<Double>(configuration, gradients: false)
    return samples.withPoints { block in
      let anchors = selectAnchors(atMost: components, from: block, dimension: d).map { Double($0) }
      return anchors.withUnsafeBufferPointer { anchors in
        pass.mixtures(
          WhitenedContexts(
            count: 1, dimension: d, samples: points(block), anchors: anchors.baseAddress!,
            components: anchors.count / d),
          parameters: parameters.map { Double($0) }, threads: threads)[0]
      }
    }
  }
}

extension WhitenedMixture {
  /// The same mixture as the public type.
  fileprivate func gaussianMixture(dimension d: Int) throws(ParzenError) -> GaussianMixture {
    let size = d * (d + 1) / 2
    let covariances = logWeights.indices.map { k in
      var covariance = Matrix(rows: d, columns: d)
      var next = k * size
      for i in 0..<d {
        for j in i..<d {
          covariance[i, j] = self.covariances[next]
          covariance[j, i] = self.covariances[next]
          next += 1
        }
      }
      return covariance
    }
    return try GaussianMixture(
      weights: logWeights.map { exp($0) }, means: Matrix(rows: logWeights.count, columns: d, elements: means),
      covariances: covariances)
  }
}
