// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CParzen
import ParzenCore
import ParzenDistributions
import ParzenEstimators
import ParzenPlatform

// The functions of parzen.h that make densities and say what they are.

@c @implementation
public func parzen_interface_version() -> Int32 { Int32(PARZEN_INTERFACE_VERSION) }

@c @implementation
public func parzen_fit(
  _ samples: UnsafePointer<parzen_matrix>, _ weights: UnsafePointer<parzen_matrix>?,
  _ options: UnsafePointer<CChar>?, _ control: UnsafePointer<parzen_control>?,
  _ density: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<parzen_error>?
) -> parzen_status {
  call(error) { () throws(ParzenError) in
    let arguments = try FitArguments(samples, weights: weights, options: options)
    let fitted = try job(control) { () throws(ParzenError) in
      try arguments.method.fit(arguments.points, weights: arguments.weights, threads: arguments.threads)
    }
    density?.pointee = fitted.handle
  }
}

@c @implementation
public func parzen_mixture(
  _ weights: UnsafePointer<parzen_matrix>, _ means: UnsafePointer<parzen_matrix>,
  _ covariances: UnsafePointer<parzen_matrix>, _ density: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<parzen_error>?
) -> parzen_status {
  call(error) { () throws(ParzenError) in
    let means = try MatrixView(means.pointee, name: "means").copied()
    let (count, d) = (means.rows, means.columns)
    let weights = try MatrixView(weights.pointee, name: "weights", rows: count, columns: 1).copied()
    let all = try MatrixView(covariances.pointee, name: "covariances", rows: count * d, columns: d).copied()
    let mixture = try GaussianMixture(
      weights: weights.elements, means: means,
      covariances: (0..<count).map { all.selectingRows($0 * d..<($0 + 1) * d) })
    density?.pointee = FittedDensity(mixture).handle
  }
}

@c @implementation
public func parzen_marginal(
  _ density: OpaquePointer, _ columns: UnsafePointer<Int64>, _ count: Int64,
  _ marginal: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<parzen_error>?
) -> parzen_status {
  call(error) { () throws(ParzenError) in
    let chosen = UnsafeBufferPointer(start: columns, count: max(0, Int(count))).map { Int($0) }
    let result = try FittedDensity.of(density).marginal(of: chosen)
    marginal?.pointee = result.handle
  }
}

@c @implementation
public func parzen_conditional(
  _ density: OpaquePointer, _ columns: UnsafePointer<Int64>, _ values: UnsafePointer<Double>,
  _ count: Int64, _ conditional: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<parzen_error>?
) -> parzen_status {
  call(error) { () throws(ParzenError) in
    let count = max(0, Int(count))
    let chosen = UnsafeBufferPointer(start: columns, count: count).map { Int($0) }
    let given = Array(UnsafeBufferPointer(start: values, count: count))
    let result = try FittedDensity.of(density).conditional(on: chosen, equalTo: given)
    conditional?.pointee = result.handle
  }
}

@c @implementation
public func parzen_free_density(_ density: OpaquePointer?) {
  if let density { Unmanaged<FittedDensity>.fromOpaque(UnsafeRawPointer(density)).release() }
}

@c @implementation
public func parzen_dimension(_ density: OpaquePointer) -> Int64 {
  Int64(FittedDensity.of(density).density.dimension)
}

@c @implementation
public func parzen_components(_ density: OpaquePointer) -> Int64 {
  Int64(FittedDensity.of(density).components?.componentCount ?? 0)
}

@c @implementation
public func parzen_describe(
  _ density: OpaquePointer, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ error: UnsafeMutablePointer<parzen_error>?
) -> parzen_status {
  call(error) { () throws(ParzenError) in give(FittedDensity.of(density).facts, json) }
}

@c @implementation
public func parzen_estimators(
  _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ error: UnsafeMutablePointer<parzen_error>?
) -> parzen_status {
  call(error) { () throws(ParzenError) in
    give(Estimator.all.map { ["name": $0.name, "kind": $0.kind, "summary": $0.summary] }, json)
  }
}

@c @implementation
public func parzen_free_text(_ text: UnsafeMutablePointer<CChar>?) { free(text) }

/// Gives the caller a value as JSON.
func give(_ value: some Encodable, _ text: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) {
  text?.pointee = strdup(json(value))
}

/// What a fit is told: samples, their weights, and how to fit.
struct FitArguments: Sendable {
  let method: Method
  let threads: Int
  let points: Matrix
  let weights: SampleWeights?

  init(
    _ samples: UnsafePointer<parzen_matrix>, weights: UnsafePointer<parzen_matrix>?,
    options: UnsafePointer<CChar>?
  ) throws(ParzenError) {
    var options = try Options(options)
    (method, threads) = (try Method(&options), try options.threads())
    try options.end()
    points = try MatrixView(samples.pointee, name: "samples").copied()
    if let weights {
      let view = try MatrixView(weights.pointee, name: "weights", rows: points.rows, columns: 1)
      self.weights = method.sampleWeights(try view.copied().elements)
    } else {
      self.weights = nil
    }
  }
}
