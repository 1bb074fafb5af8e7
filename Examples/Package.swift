// swift-tools-version: 6.1
import PackageDescription

// Programs to read and to copy: each is a file, and uses what `import Parzen` gives. A package of your own
// has the same dependency and product.
let names = ["DensityOfATable", "Outliers", "EntropyWithAnInterval", "Prediction", "ParticlesByScore"]

let package = Package(
  name: "parzen-examples",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "parzen", path: "..")],
  targets: names.map {
    .executableTarget(name: $0, dependencies: [.product(name: "Parzen", package: "parzen")])
  },
  swiftLanguageModes: [.v6]
)
