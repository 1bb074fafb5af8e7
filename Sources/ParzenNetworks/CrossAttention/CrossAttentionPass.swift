import ParzenDifferentiation
import ParzenKernels
import ParzenMixtures
import ParzenPlatform

/// Passes with gradients of the cross-attention transformer: the training loss, and the label-free
/// consistency loss.
package final class CrossAttentionPass<Scalar: KernelScalar> {
  private let configuration: CrossAttentionConfiguration
  private let layout: ParameterLayout
  private let tape = Tape<Scalar>(records: true)

  package init(_ configuration: CrossAttentionConfiguration) {
    self.configuration = configuration
    layout = configuration.layout
  }

  private func network(
    _ parameters: UnsafePointer<Scalar>, _ gradient: UnsafeMutablePointer<Scalar>
  ) -> CrossAttentionNetwork<Scalar> {
    CrossAttentionNetwork(
      tape: tape, configuration: configuration,
      parameters: ParameterVariables(
        layout: layout, values: UnsafeMutablePointer(mutating: parameters), gradients: gradient))
  }

  /// The loss of several contexts of equal shape; see `TrainingPass`.
  ///
  /// - Parameters:
  ///   - samples, queries: points coordinate by coordinate, context after context.
  @_specialize(where Scalar == Float)
  package func loss(
    contexts: Int, samples: PointBlock<Scalar>, queries: PointBlock<Scalar>, labels: DensityLabels<Scalar>,
    form: DensityLossForm, parameters: UnsafePointer<Scalar>, gradient: UnsafeMutablePointer<Scalar>
  ) -> DensityLoss {
    let network = network(parameters, gradient)
    let memories = network.memories(
      network.features(
        rows(samples, contexts: contexts), count: contexts * samples.count, samples: Double(samples.count)),
      contexts: contexts)
    let features = network.features(
      rows(queries, contexts: contexts), count: contexts * queries.count, samples: Double(samples.count))
    let (logDensity, score) = network.evaluation(
      Dual(value: features), memories: memories, contexts: contexts)
    let loss = tape.densityLoss(
      logDensity: logDensity.value.reshaped(contexts, queries.count),
      score: tape.transposed(score, blocks: contexts), labels: labels, form: form)
    tape.backward()
    tape.reset()
    return loss
  }

  /// Points coordinate by coordinate as rows.
  private func rows(_ points: PointBlock<Scalar>, contexts: Int) -> UnsafePointer<Scalar> {
    let d = configuration.dimension
    let rows = tape.scratch(contexts * points.count * d)
    for b in 0..<contexts {
      let block = b * points.count * d
      for i in 0..<d {
        for p in 0..<points.count {
          rows[block + p * d + i] = points.pointer[block + i * points.count + p]
        }
      }
    }
    return UnsafePointer(rows)
  }

  /// The consistency loss of one context: the mean over queries of |S - grad_y T|^2, of the score head S and
  /// the gradient of the log-density head T; adds its gradient with respect to the parameters to `gradient`.
  ///
  /// One reverse pass gives r = S - grad_y T. With r held fixed, the gradient of the loss is that of 2 mean
  /// (r . S - D_r T), in which D_r, the derivative along r, is taken in forward mode on the tape: so the
  /// second derivative is exact, at about four times the cost of a training pass, and does not depend on the
  /// dimension.
  ///
  /// - Parameters:
  ///   - samples: n x d, held fixed (their tokens change with the parameters).
  ///   - weights: how many samples each row stands for; ones when nil.
  ///   - queries: m x d.
  ///   - targetMoves: whether the gradient includes that of grad_y T; else grad_y T is a fixed target for S,
  ///     and the second derivative is not needed.
  /// - Complexity: O((n + m) n) time and O(n + m) memory a layer.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func consistencyLoss(
    samples: [Scalar], weights: [Scalar]? = nil, queries: [Scalar], parameters: [Scalar],
    targetMoves: Bool = true, gradient: inout [Scalar]
  ) -> Double {
    let d = configuration.dimension
    let residual = residuals(samples: samples, weights: weights, queries: queries, parameters: parameters)
    let m = queries.count / d
    gradient.withUnsafeMutableBufferPointer { gradient in
      parameters.withUnsafeBufferPointer { parameters in
        let network = network(parameters.baseAddress!, gradient.baseAddress!)
        let (memories, n) = memories(network, samples: samples, weights: weights)
        let features = network.features(queries, count: m, samples: n)
        let (logDensity, score) = network.evaluation(
          Dual(
            value: features, tangent: targetMoves ? featureTangent(queries, along: residual, network) : nil),
          memories: memories, contexts: 1)
        let share = 2 / Scalar(m)
        for p in 0..<m {
          logDensity.tangent?.gradient![p] = -share
          for i in p * d..<(p + 1) * d { score.gradient![i] = share * residual[i] }
        }
        tape.backward()
        tape.reset()
      }
    }
    return residual.reduce(0) { $0 + Double($1 * $1) } / Double(m)
  }

  /// What queries attend to, and the number of samples that it stands for.
  private func memories(
    _ network: CrossAttentionNetwork<Scalar>, samples: [Scalar], weights: [Scalar]?
  ) -> (memories: [CrossAttentionNetwork<Scalar>.Memory], total: Double) {
    let rows = samples.count / configuration.dimension
    let total = weights.map { $0.reduce(0) { $0 + Double($1) } } ?? Double(rows)
    let logWeights = weights.map { weights in
      let target = tape.scratch(rows)
      for (row, weight) in weights.enumerated() { target[row] = Scalar(log(Double(weight))) }
      return UnsafePointer(target)
    }
    let features = network.features(samples, count: rows, samples: total)
    return (network.memories(features, contexts: 1, logWeights: logWeights), total)
  }

  /// S - grad_y T at every query, m x d.
  private func residuals(
    samples: [Scalar], weights: [Scalar]?, queries: [Scalar], parameters: [Scalar]
  ) -> [Scalar] {
    let d = configuration.dimension
    let m = queries.count / d
    var ignored = [Scalar](repeating: 0, count: layout.count)
    return ignored.withUnsafeMutableBufferPointer { ignored in
      parameters.withUnsafeBufferPointer { parameters in
        let network = network(parameters.baseAddress!, ignored.baseAddress!)
        let (memories, n) = memories(network, samples: samples, weights: weights)
        let features = network.features(queries, count: m, samples: n, gradients: true)
        let (logDensity, score) = network.evaluation(
          Dual(value: features), memories: memories, contexts: 1)
        for p in 0..<m { logDensity.value.gradient![p] = 1 }
        tape.backward()
        defer { tape.reset() }
        return (0..<m * d).map { index in
          let (p, i) = (index / d, index % d)
          let row = features.gradient! + p * features.columns
          let throughNorm = configuration.squaredNorm ? row[d] * 2 * queries[index] / Scalar(d) : 0
          return score.value[index] - row[i] - throughNorm
        }
      }
    }
  }

  /// The derivative of the features along a direction for each query.
  private func featureTangent(
    _ queries: [Scalar], along direction: [Scalar], _ network: CrossAttentionNetwork<Scalar>
  ) -> Variable<Scalar> {
    let d = configuration.dimension
    let tangent = tape.zeros(queries.count / d, configuration.features)
    for index in queries.indices {
      let row = tangent.value + index / d * tangent.columns
      row[index % d] = direction[index]
      if configuration.squaredNorm { row[d] += 2 * queries[index] * direction[index] / Scalar(d) }
    }
    return tangent
  }
}

extension CrossAttentionPass: TrainingPass where Scalar == Float {
  package func loss(
    _ contexts: WhitenedContexts<Float>, queries: PointBlock<Float>, labels: DensityLabels<Float>,
    form: DensityLossForm, parameters: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>
  ) -> DensityLoss {
    guard case .exact(let samples) = contexts.samples else {
      preconditionFailure("training contexts hold exact samples")
    }
    return loss(
      contexts: contexts.count, samples: samples, queries: queries, labels: labels, form: form,
      parameters: parameters, gradient: gradient)
  }
}
