import ParzenDifferentiation
import ParzenKernels
import ParzenPlatform

extension Tape {
  /// log f and its gradient in y for mixtures of Gaussians given by natural parameters (contexts *
  /// featureCount x components) at the points of each context: contexts x points, and contexts * d x points.
  ///
  /// The logits are linear in the features phi(y) = (1, y, y y^T), so that the score is the derivative of phi
  /// times the responsibility-weighted parameters.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func mixtureEvaluation(
    _ cells: Cells, contexts: Int, points: PointBlock<Scalar>, parameters: Variable<Scalar>
  ) -> (logDensity: Variable<Scalar>, score: Variable<Scalar>) {
    let d = cells.dimension
    let m = points.count
    let logDensity = variable(contexts, m)
    let score = variable(contexts * d, m)
    let constant = Scalar(-0.5 * Double(d) * log(2 * Double.pi))
    let block = workspace(cells, ResponsibilityBlock<Scalar>.init(quadratic:))
    for b in 0..<contexts {
      let queries = points.context(b, dimension: d)
      for range in ResponsibilityBlock<Scalar>.blocks(0..<m) {
        let count = range.count
        block.load(range, of: queries, parameters: parameters.block(b, of: contexts))
        Scalar.multiply(
          transposeA: false, transposeB: false, rows: cells.featureCount, columns: count, inner: cells.count,
          alpha: 1, parameters.block(b, of: contexts), strideA: cells.count, block.responsibilities,
          strideB: count,
          beta: 0, block.featureScratch, strideC: count)
        kernels.quadratic_gradient(
          count, d, queries.pointer + range.lowerBound, block.featureScratch, m,
          score.block(b, of: contexts) + range.lowerBound)
        for (j, i) in range.enumerated() { logDensity.value[b * m + i] = block.logNormaliser[j] + constant }
      }
    }
    record { [kernels] in
      for b in 0..<contexts {
        let queries = points.context(b, dimension: d)
        for range in ResponsibilityBlock<Scalar>.blocks(0..<m) {
          let count = range.count
          block.load(range, of: queries, parameters: parameters.block(b, of: contexts))
          kernels.quadratic_gradient_backward(
            count, d, queries.pointer + range.lowerBound,
            score.gradientBlock(b, of: contexts) + range.lowerBound, m,
            block.featureScratch)
          Scalar.multiply(
            transposeA: true, transposeB: false, rows: cells.count, columns: count, inner: cells.featureCount,
            alpha: 1, parameters.block(b, of: contexts), strideA: cells.count, block.featureScratch,
            strideB: count,
            beta: 0, block.gradient, strideC: count)
          let dparameters = parameters.gradientBlock(b, of: contexts)
          block.addProducts(block.featureScratch, block.responsibilities, beta: 1, to: dparameters)
          kernels.responsibilities_backward(
            1, cells.count, count, block.responsibilities, logDensity.gradient! + b * m + range.lowerBound,
            block.gradient)
          block.addProducts(block.features, block.gradient, beta: 1, to: dparameters)
        }
      }
    }
    return (logDensity, score)
  }
}
