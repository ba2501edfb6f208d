// swift-tools-version: 6.2
import PackageDescription

/// Benchmarks of wtool's libraries: a package of its own, so that users of wtool never build it.
let package = Package(
  name: "wtool-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "wtool", path: "..")],
  targets: [
    .executableTarget(
      name: "stream-bench", dependencies: [.product(name: "RandomStreams", package: "wtool")],
      swiftSettings: [.treatAllWarnings(as: .error)])
  ],
  swiftLanguageModes: [.v6]
)
