// swift-tools-version: 6.2
import PackageDescription

/// Every target is held to the same bar: Swift 6 mode, explicit existentials and imports, no warnings.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// The product says `unsafe` wherever it touches memory that the compiler cannot check.
let safe = strict + [.strictMemorySafety()]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: safe)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.target(name: name), "TestSupport"] + dependencies,
    swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let tomlKit = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")

let package = Package(
  name: "wtool",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "wtool", targets: ["wtool"]),
    .library(name: "RandomStreams", targets: ["RandomStreams"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system.git", from: "1.8.1"),
    .package(url: "https://github.com/LebJe/TOMLKit.git", from: "0.6.0"),
  ],
  targets: [
    // Level 0: the C libraries and the plain values.
    .systemLibrary(
      name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .systemLibrary(name: "CPlatform"),
    .target(name: "CHDF5View", dependencies: ["CHDF5"]),
    .target(name: "CConfinement"),
    .target(name: "CStreamKernels"),
    .target(name: "CMatrixKernels"),
    library("Failures"),
    library("Text"),
    library("OrderedJSON", ["Failures"]),
    library("Tensors", ["Failures"]),
    library("SignalGraph", ["CPlatform"]),

    // Level 1: one subject each.
    library("YAML", ["CYAML", "Failures", "OrderedJSON"]),
    library("HDF5", ["CHDF5", "CHDF5View"]),
    library("Confinement", ["CConfinement"]),
    library("RandomStreams", ["CPlatform", "CStreamKernels", "Tensors"]),
    library(
      "KerasArchitecture", ["Failures", "OrderedJSON", "SignalGraph", "Tensors", "Text"]),
    library("WeightAudit", ["CMatrixKernels", "SignalGraph", "Tensors", "Text"]),

    // Level 2: what meets in `Tensors` and knows nothing of each other.
    library(
      "Initialization",
      ["CPlatform", "KerasArchitecture", "OrderedJSON", "RandomStreams", "Tensors", "Text"]),
    library(
      "WeightFiles",
      [
        "Confinement", "CPlatform", "CZlib", "Failures", "HDF5", "OrderedJSON", "Tensors", "Text",
        systemPackage,
      ]),
    library(
      "AuditReports", ["OrderedJSON", "SignalGraph", "Tensors", "Text", "WeightAudit"]),

    // Level 3: models on disk, and what users decide about findings.
    library(
      "ModelFiles",
      [
        "AuditReports", "Failures", "Initialization", "KerasArchitecture", "OrderedJSON", "RandomStreams",
        "SignalGraph", "Tensors", "Text", "WeightAudit", "WeightFiles", "YAML",
      ]),
    library(
      "AuditPolicy",
      [
        "AuditReports", "CPlatform", "Failures", "OrderedJSON", "Tensors", "Text", "WeightAudit",
        "WeightFiles",
        tomlKit,
      ]),

    // Level 4: the command line.
    .executableTarget(
      name: "wtool",
      dependencies: [
        "AuditPolicy", "AuditReports", "CPlatform", "Failures", "Initialization", "KerasArchitecture",
        "ModelFiles",
        "OrderedJSON", "RandomStreams", "Tensors", "Text", "WeightAudit", "WeightFiles", argumentParser,
        systemPackage,
      ],
      swiftSettings: safe),

    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    tests("Failures"),
    tests("Text"),
    tests("OrderedJSON"),
    tests("YAML", ["OrderedJSON"]),
    tests("Tensors"),
    tests("HDF5"),
    tests("Confinement"),
    tests("RandomStreams", ["OrderedJSON", "Tensors"]),
    tests("KerasArchitecture", ["Failures", "OrderedJSON", "SignalGraph", "Tensors"]),
    tests("Initialization", ["KerasArchitecture", "OrderedJSON", "RandomStreams", "Tensors"]),
    tests("WeightFiles", ["Confinement", "Failures", "HDF5", "OrderedJSON", "Tensors", systemPackage]),
    tests("AuditReports", ["OrderedJSON", "Tensors", "WeightAudit"]),
    tests("WeightAudit", ["SignalGraph", "Tensors"]),
    tests(
      "ModelFiles",
      [
        "AuditReports", "Failures", "Initialization", "KerasArchitecture", "OrderedJSON", "RandomStreams",
        "WeightAudit", "WeightFiles",
      ]),
    tests(
      "AuditPolicy", ["AuditReports", "Failures", "OrderedJSON", "Tensors", "WeightAudit", "WeightFiles"]),
    .testTarget(
      name: "RepositoryTests", dependencies: ["TestSupport", "WeightAudit"], swiftSettings: strict),
    .testTarget(
      name: "WToolTests", dependencies: ["OrderedJSON", "TestSupport", "wtool"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
