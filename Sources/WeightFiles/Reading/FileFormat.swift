/// What a file is, by its first bytes rather than its name.
enum FileFormat: Sendable, Hashable {
  case hdf5
  case zip
  /// Anything else: for an architecture, text.
  case other

  static let hdf5Signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  init(firstBytes bytes: some Collection<UInt8>) {
    if bytes.starts(with: Self.hdf5Signature) {
      self = .hdf5
    } else if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
      self = .zip
    } else {
      self = .other
    }
  }
}
