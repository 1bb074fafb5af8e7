// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CParzen
import ParzenCore
import ParzenDistributions
import ParzenEstimators
import ParzenPlatform

// The functions of parzen.h that make text of densities, and densities of text.

@c @implementation
public func parzen_encode(
  _ density: OpaquePointer, _ text: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ error: UnsafeMutablePointer<parzen_error>?
) -> parzen_status {
  call(error) { () throws(ParzenError) in
    let fitted = FittedDensity.of(density)
    guard let content = fitted.estimate.content else {
      throw .invalidOption("the \(fitted.facts.kind) cannot be saved with these options: take another method")
    }
    let names = (1...fitted.density.dimension).map { "x\($0)" }
    give(try SavedFit(content, columnNames: names), text)
  }
}

@c @implementation
public func parzen_decode(
  _ text: UnsafePointer<CChar>, _ density: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<parzen_error>?
) -> parzen_status {
  call(error) { () throws(ParzenError) in
    let bytes = UnsafeRawBufferPointer(start: text, count: strlen(text))
    let fitted =
      switch try SavedFit(text: Array(bytes), path: "the text").content {
      case .mixture(let mixture): FittedDensity(mixture)
      case .transformed(let mixture): FittedDensity(mixture)
      case .recipe(let recipe): FittedDensity(try recipe.estimate())
      }
    density?.pointee = fitted.handle
  }
}
