// swift-tools-version: 6.1
import PackageDescription

// Data flows one way: platform -> kernels -> core -> files, distributions, networks -> estimators ->
// analysis, training, evaluation, plots -> the command. `Parzen` is the umbrella that users import.
let package = Package(
  name: "parzen",
  platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .visionOS(.v2)],
  products: [
    .library(name: "Parzen", targets: ["Parzen"]),
    .library(name: "ParzenFiles", targets: ["ParzenFiles"]),
    // The C interface, parzen.h: `make install-library` links it into one file that needs no Swift.
    .library(name: "ParzenC", type: .static, targets: ["ParzenC"]),
    .executable(name: "parzen", targets: ["ParzenCommand"]),
    // Not API: what the packages in Benchmarks and Fuzz use.
    .library(name: "_ParzenFuzzChecks", targets: ["ParzenFuzzChecks"]),
    .library(name: "_CParzenKernels", targets: ["CParzenKernels"]),
    .library(name: "_COpenBLAS", targets: ["COpenBLAS"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "CParzenKernels", exclude: ["README.md"]),
    .target(name: "CParzenWeights", exclude: ["README.md", "weights"]),
    .target(name: "ParzenPlatform"),
    .target(
      name: "ParzenKernels",
      dependencies: [
        "CParzenKernels", "ParzenPlatform", .target(name: "COpenBLAS", condition: .when(platforms: [.linux])),
      ]),
    .target(name: "ParzenCore", dependencies: ["ParzenPlatform", "ParzenKernels"]),
    .target(name: "ParzenFiles", dependencies: ["ParzenPlatform", "ParzenCore", "CZlib"]),
    .target(name: "ParzenDistributions", dependencies: ["ParzenPlatform", "ParzenCore", "ParzenKernels"]),
    .target(name: "ParzenNetworks", dependencies: ["ParzenPlatform", "ParzenCore", "ParzenKernels"]),
    .target(
      name: "ParzenEstimators",
      dependencies: [
        "CParzenWeights", "ParzenPlatform", "ParzenCore", "ParzenKernels", "ParzenFiles",
        "ParzenDistributions", "ParzenNetworks",
      ]),
    .target(
      name: "ParzenTraining",
      dependencies: [
        "ParzenPlatform", "ParzenCore", "ParzenKernels", "ParzenFiles", "ParzenDistributions",
        "ParzenNetworks",
        "ParzenEstimators",
      ]),
    .target(
      name: "ParzenAnalysis",
      dependencies: [
        "ParzenPlatform", "ParzenCore", "ParzenKernels", "ParzenDistributions", "ParzenEstimators",
      ]),
    .target(
      name: "ParzenEvaluation",
      dependencies: [
        "ParzenCore", "ParzenKernels", "ParzenDistributions", "ParzenEstimators", "ParzenAnalysis",
      ]),
    .target(name: "ParzenPlots", dependencies: ["ParzenPlatform", "ParzenCore"]),
    .target(name: "ParzenSampling", dependencies: ["ParzenPlatform", "ParzenCore", "ParzenKernels"]),
    .target(
      name: "ParzenParticles",
      dependencies: ["ParzenPlatform", "ParzenCore", "ParzenKernels", "ParzenFiles", "ParzenDistributions"]),
    .target(
      name: "Parzen",
      dependencies: [
        "ParzenCore", "ParzenFiles", "ParzenDistributions", "ParzenNetworks", "ParzenEstimators",
        "ParzenAnalysis", "ParzenTraining", "ParzenSampling", "ParzenParticles",
      ]),
    .target(name: "CParzen", exclude: ["parzen.pc.in"]),
    .target(
      name: "ParzenC",
      dependencies: [
        "CParzen", "ParzenPlatform", "ParzenCore", "ParzenKernels", "ParzenDistributions",
        "ParzenEstimators", "ParzenAnalysis", "ParzenSampling",
      ]),
    .executableTarget(
      name: "ParzenCommand",
      dependencies: [
        "Parzen", "ParzenNetworks", "ParzenFiles", "ParzenEvaluation", "ParzenPlots",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .testTarget(
      name: "ParzenKernelsTests",
      dependencies: ["ParzenKernels", "CParzenKernels", "ParzenCore", "ParzenFiles"],
      resources: [.copy("Fixtures")]),
    // Imports `Parzen` alone.
    .testTarget(name: "APITests", dependencies: ["Parzen"]),
    .testTarget(name: "ParzenCoreTests", dependencies: ["ParzenCore"]),
    .testTarget(
      name: "ParzenFilesTests", dependencies: ["ParzenFiles"], resources: [.copy("Fixtures")]),
    .testTarget(name: "ParzenDistributionsTests", dependencies: ["ParzenDistributions"]),
    .testTarget(
      name: "ParzenNetworksTests", dependencies: ["ParzenNetworks", "ParzenFiles"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "ParzenEstimatorsTests", dependencies: ["ParzenEstimators", "ParzenFiles"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "ParzenAnalysisTests",
      dependencies: ["ParzenAnalysis", "ParzenCore", "ParzenDistributions", "ParzenEstimators"]),
    .testTarget(
      name: "ParzenTrainingTests",
      dependencies: [
        "ParzenTraining", "ParzenCore", "ParzenDistributions", "ParzenEstimators", "ParzenNetworks",
      ]),
    .testTarget(name: "ParzenEvaluationTests", dependencies: ["ParzenEvaluation"]),
    .testTarget(name: "ParzenPlotsTests", dependencies: ["ParzenPlots"]),
    .testTarget(
      name: "ParzenSamplingTests", dependencies: ["ParzenSampling", "ParzenCore", "ParzenDistributions"]),
    .testTarget(
      name: "ParzenParticlesTests",
      dependencies: ["ParzenParticles", "ParzenCore", "ParzenDistributions", "ParzenEstimators"]),
    .testTarget(
      name: "ParzenCommandTests",
      dependencies: ["ParzenCommand", "Parzen", "ParzenFiles", "ParzenEvaluation"],
      resources: [.copy("Faults")]),
    .target(
      name: "ParzenFuzzChecks",
      dependencies: ["Parzen", "ParzenFiles", "ParzenEstimators", "ParzenParticles", "ParzenTraining"],
      path: "Fuzz/Checks"),
    .testTarget(name: "FuzzCorpusTests", dependencies: ["ParzenFuzzChecks"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu17
)
