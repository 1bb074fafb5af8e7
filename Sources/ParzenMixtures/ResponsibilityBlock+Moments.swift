import ParzenKernels

extension ResponsibilityBlock {
  /// Adds the moments of the loaded points, sums of responsibility times features and log normaliser:
  /// (featureCount + 1) x cells.
  func addMoments(to sums: UnsafeMutablePointer<Double>) {
    addProducts(features, responsibilities, beta: 0, to: featureScratch)
    let likelihoods = featureScratch + featureCount * cells.count
    for head in 0..<cells.heads {  // 1 x components: the log normalisers times the responsibilities
      let first = head * cells.components
      Scalar.multiply(
        transposeA: false, transposeB: true, rows: 1, columns: cells.components, inner: count, alpha: 1,
        logNormaliser + head * count, strideA: count, responsibilities + first * count, strideB: count,
        beta: 0, likelihoods + first, strideC: cells.components)
    }
    Scalar.kernels.add_to_totals((featureCount + 1) * cells.count, featureScratch, sums)
  }

  /// `gradient` and `logNormaliserGradient` from the gradients of the moments, (featureCount + 1) x cells.
  func differentiateMoments(_ dmoments: UnsafePointer<Scalar>) {
    Scalar.multiply(
      transposeA: true, transposeB: false, rows: cells.count, columns: count, inner: featureCount, alpha: 1,
      dmoments, strideA: cells.count, features, strideB: count, beta: 0, gradient, strideC: count)
    let dlikelihoods = dmoments + featureCount * cells.count
    for head in 0..<cells.heads {
      let first = head * cells.components
      Scalar.multiply(  // the likelihood moment: through the responsibilities ...
        transposeA: true, transposeB: false, rows: cells.components, columns: count, inner: 1, alpha: 1,
        dlikelihoods + first, strideA: cells.components, logNormaliser + head * count, strideB: count,
        beta: 1, gradient + first * count, strideC: count)
      Scalar.multiply(  // ... and through the log normaliser itself
        transposeA: false, transposeB: false, rows: 1, columns: count, inner: cells.components, alpha: 1,
        dlikelihoods + first, strideA: cells.components, responsibilities + first * count, strideB: count,
        beta: 0, logNormaliserGradient + head * count, strideC: count)
    }
  }

  /// Turns `gradient`, that of the responsibilities, into that of the logits.
  func differentiateResponsibilities() {
    Scalar.kernels.responsibilities_backward(
      cells.heads, cells.components, count, responsibilities, logNormaliserGradient, gradient)
  }
}
