// swift-tools-version: 6.1
import PackageDescription

// Modules depend one way: platform -> kernels -> core, differentiation -> files, distributions, mixtures ->
// networks -> estimators -> analysis, dynamics, training, evaluation, plots -> the command. `Parzen` is the
// umbrella that users import.
let package = Package(
  name: "parzen",
  platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .visionOS(.v2)],
  products: [
    .library(name: "Parzen", targets: ["Parzen"]),
    .library(name: "ParzenFiles", targets: ["ParzenFiles"]),
    // The C interface, parzen.h: `make install-library` links it into one file that needs no Swift.
    .library(name: "ParzenC", type: .static, targets: ["ParzenC"]),
    .executable(name: "parzen", targets: ["ParzenMain"]),
    // Not API: what the packages in Benchmarks, Fuzz and MPI use.
    .library(name: "_ParzenCommand", targets: ["ParzenCommand"]),
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
    .target(name: "ParzenDifferentiation", dependencies: ["ParzenPlatform", "ParzenKernels"]),
    .target(
      name: "ParzenMixtures", dependencies: ["ParzenPlatform", "ParzenKernels", "ParzenDifferentiation"]),
    .target(
      name: "ParzenNetworks",
      dependencies: [
        "ParzenPlatform", "ParzenKernels", "ParzenCore", "ParzenDifferentiation", "ParzenMixtures",
      ]),
    .target(
      name: "ParzenEstimators",
      dependencies: [
        "CParzenWeights", "ParzenPlatform", "ParzenCore", "ParzenKernels", "ParzenFiles",
        "ParzenDistributions", "ParzenDifferentiation", "ParzenMixtures", "ParzenNetworks",
      ]),
    .target(
      name: "ParzenTraining",
      dependencies: [
        "ParzenPlatform", "ParzenCore", "ParzenKernels", "ParzenFiles", "ParzenDistributions",
        "ParzenDifferentiation", "ParzenMixtures", "ParzenNetworks", "ParzenEstimators",
      ]),
    .target(
      name: "ParzenAnalysis",
      dependencies: [
        "ParzenPlatform", "ParzenCore", "ParzenKernels", "ParzenDistributions", "ParzenEstimators",
      ]),
    .target(
      name: "ParzenEvaluation",
      dependencies: [
        "ParzenPlatform", "ParzenCore", "ParzenKernels", "ParzenDistributions", "ParzenEstimators",
        "ParzenAnalysis",
      ]),
    .target(name: "ParzenPlots", dependencies: ["ParzenPlatform", "ParzenCore"]),
    .target(
      name: "ParzenDynamics",
      dependencies: ["ParzenPlatform", "ParzenCore", "ParzenKernels", "ParzenFiles", "ParzenDistributions"]),
    .target(
      name: "Parzen",
      dependencies: [
        "ParzenCore", "ParzenFiles", "ParzenDistributions", "ParzenDifferentiation", "ParzenNetworks",
        "ParzenEstimators", "ParzenAnalysis", "ParzenTraining", "ParzenDynamics",
      ]),
    .target(name: "CParzen", exclude: ["parzen.pc.in"]),
    .target(
      name: "ParzenC",
      dependencies: [
        "CParzen", "ParzenPlatform", "ParzenCore", "ParzenKernels", "ParzenDistributions",
        "ParzenEstimators", "ParzenAnalysis", "ParzenDynamics",
      ]),
    .target(
      name: "ParzenCommand",
      dependencies: [
        "Parzen", "ParzenKernels", "ParzenNetworks", "ParzenFiles", "ParzenEvaluation", "ParzenPlots",
        // What `Parzen` exports: without these a build is not told when one of them changes.
        "ParzenCore", "ParzenDistributions", "ParzenEstimators", "ParzenAnalysis", "ParzenTraining",
        "ParzenDynamics",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(name: "ParzenMain", dependencies: ["ParzenCommand"]),
    .target(
      name: "KernelChecks", dependencies: ["CParzenKernels"], path: "Tests/KernelChecks",
      exclude: ["main.c"]),
    .testTarget(
      name: "ParzenKernelsTests",
      dependencies: [
        "ParzenKernels", "CParzenKernels", "KernelChecks", "ParzenPlatform", "ParzenCore", "ParzenFiles",
      ],
      resources: [.copy("Fixtures")]),
    // Imports `Parzen` alone.
    .testTarget(name: "APITests", dependencies: ["Parzen"]),
    .testTarget(name: "ParzenCoreTests", dependencies: ["ParzenCore"]),
    .testTarget(
      name: "ParzenFilesTests", dependencies: ["ParzenFiles"], resources: [.copy("Fixtures")]),
    .testTarget(name: "ParzenDistributionsTests", dependencies: ["ParzenDistributions"]),
    .target(
      name: "TestSupport", dependencies: ["ParzenCore", "ParzenEstimators"], path: "Tests/TestSupport"),
    .testTarget(
      name: "ParzenMixturesTests",
      dependencies: ["ParzenMixtures", "ParzenDifferentiation", "ParzenCore", "TestSupport"]),
    .testTarget(
      name: "ParzenNetworksTests",
      dependencies: [
        "ParzenNetworks", "ParzenDifferentiation", "ParzenMixtures", "ParzenFiles", "TestSupport",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "ParzenEstimatorsTests", dependencies: ["ParzenEstimators", "ParzenFiles", "TestSupport"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "ParzenAnalysisTests",
      dependencies: ["ParzenAnalysis", "ParzenCore", "ParzenDistributions", "ParzenEstimators"]),
    .testTarget(
      name: "ParzenTrainingTests",
      dependencies: [
        "ParzenTraining", "ParzenCore", "ParzenDistributions", "ParzenEstimators", "ParzenNetworks",
        "TestSupport",
      ]),
    .testTarget(name: "ParzenEvaluationTests", dependencies: ["ParzenEvaluation"]),
    .testTarget(name: "ParzenPlotsTests", dependencies: ["ParzenPlots"]),
    .testTarget(
      name: "ParzenDynamicsTests",
      dependencies: ["ParzenDynamics", "ParzenCore", "ParzenDistributions", "ParzenEstimators"]),
    .testTarget(
      name: "ParzenCommandTests",
      dependencies: [
        "ParzenCommand", "ParzenMain", "Parzen", "ParzenFiles", "ParzenEvaluation", "ParzenC", "CParzen",
      ],
      resources: [.copy("Faults"), .copy("Formats")]),
    .target(
      name: "ParzenFuzzChecks",
      dependencies: ["Parzen", "ParzenFiles", "ParzenEstimators", "ParzenDynamics", "ParzenTraining"],
      path: "Fuzz/Checks"),
    .testTarget(name: "FuzzCorpusTests", dependencies: ["ParzenFuzzChecks"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu17
)
