// swift-tools-version: 6.1
import PackageDescription

// Fuzz targets for the readers of files from outside, one executable each; what must hold is in Checks, a
// target of the package under test. run.sh builds them with the flags of libFuzzer and AddressSanitizer, for
// this package and for the package under test, and runs them.
let package = Package(
  name: "parzen-fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "parzen", path: "..")],
  targets: [
    .systemLibrary(name: "CLibFuzzer"),
    .target(name: "FuzzDriver", dependencies: ["CLibFuzzer"]),
  ]
    + [
      "CSV", "NumPy", "Archive", "Safetensors", "Configuration", "Weights", "Checkpoint", "Particles", "Fit",
    ].map { name in
      .executableTarget(
        name: "Fuzz\(name)",
        dependencies: ["FuzzDriver", .product(name: "_ParzenFuzzChecks", package: "parzen")])
    },
  swiftLanguageModes: [.v6]
)
