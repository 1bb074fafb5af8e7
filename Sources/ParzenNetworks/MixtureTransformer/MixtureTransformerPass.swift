import ParzenDifferentiation
import ParzenKernels
import ParzenMixtures

/// A Gaussian mixture in whitened coordinates: K log weights, K means (row by row), K packed covariances.
package struct WhitenedMixture: Sendable {
  package var logWeights: [Double]
  /// K x d.
  package var means: [Double]
  /// K x d(d+1)/2, entries (0,0) (0,1) .. (0,d-1) (1,1) ...
  package var covariances: [Double]
}

/// Forward passes, and passes with gradients, of the mixture transformer; one per thread, its memory used
/// again.
package final class MixtureTransformerPass<Scalar: KernelScalar> {
  private let tape: Tape<Scalar>
  private let configuration: MixtureTransformerConfiguration
  private let layout: ParameterLayout
  private let covariances: CovarianceForm?

  /// - Parameters:
  ///   - gradients: whether `loss` is wanted, and not `mixtures`.
  ///   - covariances: the form of the layers' covariances; nil for the best one of the contexts' dimension.
  package init(
    _ configuration: MixtureTransformerConfiguration, gradients: Bool, covariances: CovarianceForm? = nil
  ) {
    self.configuration = configuration
    self.covariances = covariances
    layout = configuration.layout
    tape = Tape(records: gradients)
  }

  /// The mixture of every context.
  ///
  /// - Parameter parameters: the flat parameters, in the order of the configuration's layout.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func mixtures(
    _ contexts: WhitenedContexts<Scalar>, parameters: [Scalar], threads: Int
  ) -> [WhitenedMixture] {
    parameters.withUnsafeBufferPointer { parameters in
      // Without recording, parameters are only read.
      let values = UnsafeMutablePointer(mutating: parameters.baseAddress!)
      let gaussians = network(contexts, values, nil, threads: threads).mixture(anchors: anchors(contexts))
        .gaussians
      defer { tape.reset() }
      return (0..<contexts.count).map { b in
        let components = contexts.components
        func rows(_ x: Variable<Scalar>) -> [Double] {  // feature by feature -> component by component
          let features = x.count / (contexts.count * components)
          let block = x.block(b, of: contexts.count)
          return (0..<components).flatMap { k in (0..<features).map { Double(block[$0 * components + k]) } }
        }
        return WhitenedMixture(
          logWeights: rows(gaussians.logWeight), means: rows(gaussians.mean),
          covariances: rows(gaussians.covariance))
      }
    }
  }

  /// The loss of the contexts' mixtures at the queries; adds its gradient to `gradient`.
  ///
  /// - Parameters:
  ///   - queries: points of every context, coordinate by coordinate.
  ///   - form: how errors count.
  ///   - parameters, gradient: flat arrays in the order of the configuration's layout.
  @_specialize(where Scalar == Float)
  package func loss(
    _ contexts: WhitenedContexts<Scalar>, queries: PointBlock<Scalar>, labels: DensityLabels<Scalar>,
    form: DensityLossForm, parameters: UnsafePointer<Scalar>,
    gradient: UnsafeMutablePointer<Scalar>
  ) -> DensityLoss {
    let network = network(contexts, UnsafeMutablePointer(mutating: parameters), gradient, threads: 1)
    let mixture = network.mixture(anchors: anchors(contexts))
    var cells = network.cells
    cells.heads = 1
    let (logDensity, score) = tape.mixtureEvaluation(
      cells, contexts: contexts.count, points: queries, parameters: mixture.parameters)
    let loss = tape.densityLoss(
      logDensity: logDensity, score: score, labels: labels, form: form)
    tape.backward()
    tape.reset()
    return loss
  }

  private func network(
    _ contexts: WhitenedContexts<Scalar>, _ parameters: UnsafeMutablePointer<Scalar>,
    _ gradient: UnsafeMutablePointer<Scalar>?, threads: Int
  ) -> MixtureTransformerNetwork<Scalar> {
    MixtureTransformerNetwork(
      tape: tape, configuration: configuration,
      parameters: ParameterVariables(layout: layout, values: parameters, gradients: gradient),
      contexts: contexts.count, dimension: contexts.dimension, components: contexts.components,
      samples: contexts.samples,
      covariances: covariances ?? .best(dimension: contexts.dimension), threads: threads)
  }

  private func anchors(_ contexts: WhitenedContexts<Scalar>) -> Variable<Scalar> {
    let anchors = tape.constant(contexts.count * contexts.components, contexts.dimension)
    anchors.value.update(from: contexts.anchors, count: anchors.count)
    return anchors
  }
}

extension MixtureTransformerPass: TrainingPass where Scalar == Float {}
