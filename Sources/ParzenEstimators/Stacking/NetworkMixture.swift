import ParzenCore
import ParzenDistributions
import ParzenKernels
import ParzenMixtures
import ParzenNetworks
import ParzenPlatform

/// How exactly the network is evaluated.
enum NetworkPrecision: Sendable {
  /// In Float64. Of more than 32,768 samples, where rounding is far below the error of the estimate,
  /// responsibilities are in Float32.
  case exact
  /// In Float32, as in training. Of more than 4,096 samples, sums are in Float64.
  case rounded

  fileprivate static let (mostExact, mostRoundedSums) = (1 << 15, 1 << 12)
}

extension NetworkWeights<MixtureTransformerConfiguration> {
  /// The network's mixture for whitened samples, n x d.
  ///
  /// - Parameter counts: how many samples each row stands for; nil for one each.
  func mixture(
    of samples: Matrix, counts: [Double]?, precision: NetworkPrecision = .exact, threads: Int
  ) throws(ParzenError) -> GaussianMixture {
    let mixture =
      switch precision {
      case .exact where samples.rows <= NetworkPrecision.mostExact:
        pass(
          SampleColumns<Double>(samples, weights: counts), widened(parameters), threads
        ) { .exact($0) }
      case .rounded where samples.rows <= NetworkPrecision.mostRoundedSums:
        pass(SampleColumns<Float>(samples, weights: counts), parameters, threads) { .exact($0) }
      case .exact, .rounded:
        pass(
          SampleColumns<Float>(samples, weights: counts), widened(parameters), threads
        ) { .rounded($0) }
      }
    return try mixture.gaussianMixture(dimension: samples.columns)
  }

  /// The network's mixture for whitened samples that are read chunk by chunk, in Float32.
  ///
  /// - Parameter anchors: some of the samples, among which the anchors are chosen.
  func mixture(
    of samples: any StreamedPoints, anchorsAmong part: SampleColumns<Float>, threads: Int
  ) throws(ParzenError) -> GaussianMixture {
    let d = part.dimension
    let components = configuration.components(samples: Int(samples.total.rounded()))
    let anchors = part.withPoints { selectAnchors(atMost: components, from: $0, dimension: d) }
    let pass = MixtureTransformerPass<Double>(configuration, gradients: false)
    let mixture = anchors.map { Double($0) }.withUnsafeBufferPointer { anchors in
      pass.mixtures(
        WhitenedContexts(
          count: 1, dimension: d, samples: .streamed(samples), anchors: anchors.baseAddress!,
          components: anchors.count / d),
        parameters: widened(parameters), threads: threads)[0]
    }
    return try mixture.gaussianMixture(dimension: d)
  }

  private func pass<Coordinate: KernelScalar, Scalar: KernelScalar>(
    _ samples: SampleColumns<Coordinate>, _ parameters: [Scalar], _ threads: Int,
    _ points: (PointBlock<Coordinate>) -> SamplePoints<Scalar>
  ) -> WhitenedMixture {
    let d = samples.dimension
    let components = configuration.components(samples: Int(samples.total.rounded()))
    let pass = MixtureTransformerPass<Scalar>(configuration, gradients: false)
    return samples.withPoints { block in
      let anchors = selectAnchors(atMost: components, from: block, dimension: d).map { Scalar($0) }
      return anchors.withUnsafeBufferPointer { anchors in
        pass.mixtures(
          WhitenedContexts(
            count: 1, dimension: d, samples: points(block), anchors: anchors.baseAddress!,
            components: anchors.count / d),
          parameters: parameters, threads: threads)[0]
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
