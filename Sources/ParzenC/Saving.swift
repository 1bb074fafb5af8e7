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
  call(error) { () throws(CallFailure) in
    let fitted = FittedDensity.of(density)
    let content = try library { () throws(ParzenError) -> SavedFit.Content in
      switch fitted.estimate.content {
      case .recipe?, nil: break
      case let content?: return content
      }
      throw .invalidOption("the \(fitted.facts.kind) is its samples: keep these, and fit again")
    }
    let names = (1...fitted.density.dimension).map { "x\($0)" }
    give(SavedFit(content, columnNames: names), text)
  }
}

@c @implementation
public func parzen_decode(
  _ text: UnsafePointer<CChar>, _ density: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<parzen_error>?
) -> parzen_status {
  call(error) { () throws(CallFailure) in
    let bytes = UnsafeRawBufferPointer(start: text, count: strlen(text))
    let fitted = try library { () throws(ParzenError) -> FittedDensity in
      switch try SavedFit(text: Array(bytes), path: "the text").content {
      case .mixture(let mixture): return FittedDensity(mixture)
      case .transformed(let mixture): return FittedDensity(mixture)
      case .recipe: throw .invalidOption("this fit is its samples: fit them again")
      }
    }
    density?.pointee = fitted.handle
  }
}
