// swift-tools-version: 6.2
import PackageDescription

/// libFuzzer over wtool's readers: a package of its own, so that users of wtool never build it.
///
/// The readers are not public, so the libraries are declared here once more, over a link to wtool's sources, with the
/// instrumentation that libFuzzer needs. `scripts/fuzz --readers` builds and runs it.
let instrumented: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .unsafeFlags([
    "-sanitize-coverage=edge,indirect-calls,trace-cmp,inline-8bit-counters,pc-table", "-enable-testing",
  ]),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Libraries/\(name)", swiftSettings: instrumented)
}

func cLibrary(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Libraries/\(name)",
    cSettings: [.unsafeFlags(["-fsanitize-coverage=inline-8bit-counters,pc-table,trace-cmp"])])
}

let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
  name: "wtool-fuzzing",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/apple/swift-system.git", from: "1.8.1"),
    .package(url: "https://github.com/LebJe/TOMLKit.git", from: "0.6.0"),
  ],
  targets: [
    .systemLibrary(name: "CHDF5", path: "Libraries/CHDF5", pkgConfig: "hdf5"),
    .systemLibrary(name: "CZlib", path: "Libraries/CZlib", pkgConfig: "zlib"),
    .systemLibrary(name: "CYAML", path: "Libraries/CYAML", pkgConfig: "yaml-0.1"),
    .systemLibrary(name: "CPlatform", path: "Libraries/CPlatform"),
    cLibrary("CHDF5View", ["CHDF5"]),
    cLibrary("CConfinement"),
    cLibrary("CStreamKernels"),
    cLibrary("CMatrixKernels"),
    library("Failures"),
    library("Text"),
    library("OrderedJSON", ["Failures"]),
    library("YAML", ["CYAML", "Failures", "OrderedJSON"]),
    library("Tensors", ["Failures"]),
    library("SignalGraph", ["CPlatform"]),
    library("HDF5", ["CHDF5", "CHDF5View"]),
    library("Confinement", ["CConfinement"]),
    library("RandomStreams", ["CPlatform", "CStreamKernels", "Tensors"]),
    library("KerasArchitecture", ["Failures", "OrderedJSON", "SignalGraph", "Tensors", "Text"]),
    library("WeightAudit", ["CMatrixKernels", "SignalGraph", "Tensors", "Text"]),
    library(
      "Initialization",
      ["CPlatform", "KerasArchitecture", "OrderedJSON", "RandomStreams", "Tensors", "Text"]),
    library(
      "WeightFiles",
      [
        "Confinement", "CPlatform", "CZlib", "Failures", "HDF5", "OrderedJSON", "Tensors", "Text",
        systemPackage,
      ]),
    library("AuditReports", ["OrderedJSON", "SignalGraph", "Tensors", "Text", "WeightAudit"]),
    library(
      "AuditPolicy",
      [
        "AuditReports", "CPlatform", "Failures", "OrderedJSON", "Tensors", "Text", "WeightAudit",
        "WeightFiles", .product(name: "TOMLKit", package: "TOMLKit"),
      ]),

    .systemLibrary(name: "CLibFuzzer"),
    .executableTarget(
      name: "fuzz-readers",
      dependencies: [
        "AuditPolicy", "CLibFuzzer", "Confinement", "Failures", "Initialization", "KerasArchitecture",
        "OrderedJSON", "RandomStreams", "Tensors", "WeightFiles", "YAML",
      ],
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
      ],
      linkerSettings: [.linkedLibrary("stdc++")]),
  ],
  swiftLanguageModes: [.v6]
)
