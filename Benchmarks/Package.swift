// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that what measures Parzen is no part of it.
let package = Package(
  name: "parzen-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "parzen", path: "..")],
  targets: [
    .executableTarget(
      name: "kernel-benchmark",
      dependencies: [
        .product(name: "_CParzenKernels", package: "parzen"),
        .product(name: "_COpenBLAS", package: "parzen", condition: .when(platforms: [.linux])),
      ],
      path: "Sources/KernelBenchmark"),
    .executableTarget(
      name: "kde-benchmark",
      dependencies: [
        .product(name: "Parzen", package: "parzen"), .product(name: "ParzenFiles", package: "parzen"),
      ],
      path: "Sources/KernelDensityBenchmark"),
  ],
  swiftLanguageModes: [.v6]
)
