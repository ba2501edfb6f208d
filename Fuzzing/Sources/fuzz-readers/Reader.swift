import Glibc

/// What is fuzzed.
enum Reader: String, CaseIterable {
  case json, yaml, architecture, toml, baseline, zip, hdf5, wire, shards

  static let variable = "WTOOL_FUZZ_READER"

  static let current = getenv(variable).flatMap { Reader(rawValue: String(cString: $0)) }

  /// Reads an input, and ends the process if a promise of the reader is broken.
  func run(_ bytes: [UInt8]) {
    switch self {
    case .json: readJSON(bytes)
    case .yaml: readYAML(bytes)
    case .architecture: readArchitecture(bytes)
    case .toml: readSettings(bytes)
    case .baseline: readBaseline(bytes)
    case .zip: readArchive(bytes)
    case .hdf5: readHDF5(bytes)
    case .wire: readWire(bytes)
    case .shards: readShardIndex(bytes)
    }
  }

  /// What the structures of the format begin with.
  var signatures: [[UInt8]]? {
    switch self {
    case .hdf5:
      [
        "\u{89}HDF", "TREE", "HEAP", "SNOD", "OHDR", "OCHK", "GCOL", "BTHD", "FRHP", "FADB", "FAHD", "EAHD",
        "BTLF",
      ]
      .map { $0.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }
    case .zip:
      [
        [0x50, 0x4B, 1, 2], [0x50, 0x4B, 3, 4], [0x50, 0x4B, 5, 6], [0x50, 0x4B, 6, 6], [0x50, 0x4B, 6, 7],
      ]
    case .json, .yaml, .architecture, .toml, .baseline, .wire, .shards: nil
    }
  }
}

/// A broken promise of a reader.
func require(_ condition: Bool, _ promise: String) {
  if !condition { fatalError("broken: \(promise)") }
}
