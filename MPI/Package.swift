// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that only those who want estimates over machines need Open MPI.
let package = Package(
  name: "parzen-mpi",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "ParzenMPI", targets: ["ParzenMPI"]),
    .executable(name: "parzen-mpi", targets: ["ParzenMPICommand"]),
  ],
  dependencies: [
    .package(name: "parzen", path: "..")
  ],
  targets: [
    .systemLibrary(
      name: "COpenMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"]), .brew(["open-mpi"])]),
    .target(name: "ParzenMPI", dependencies: ["COpenMPI", .product(name: "Parzen", package: "parzen")]),
    .executableTarget(
      name: "ParzenMPICommand",
      dependencies: ["ParzenMPI", .product(name: "_ParzenCommand", package: "parzen")]),
  ],
  swiftLanguageModes: [.v6]
)
