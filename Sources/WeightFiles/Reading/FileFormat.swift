/// What a file is, by its contents rather than its name.
enum FileFormat: Sendable, Hashable {
  case hdf5
  case zip
  /// The unzipped form of an archive; what is open is the file of its weights.
  case folder
  /// Anything else: for an architecture, text.
  case other

  static let hdf5Signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Where HDF5's signature may stand: at the beginning, or after a user block of 512 bytes or a power of two
  /// of them.
  static func signatureOffsets(upTo size: Int64) -> some Sequence<Int64> {
    sequence(state: Int64(0)) { offset in
      defer { offset = offset == 0 ? 512 : offset * 2 }
      return offset < size && offset < 1 << 40 ? offset : nil
    }
  }

  init(firstBytes bytes: some Collection<UInt8>) {
    let offsets = Self.signatureOffsets(upTo: Int64(bytes.count))
    if offsets.contains(where: { bytes.dropFirst(Int($0)).starts(with: Self.hdf5Signature) }) {
      self = .hdf5
    } else if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
      self = .zip
    } else {
      self = .other
    }
  }

  /// - Throws: why it cannot be read.
  init(_ view: FileView) throws(WeightFileError) {
    func bytes(at offset: Int64) throws(WeightFileError) -> [UInt8] {
      try view.read(Int(min(8, view.size - offset)), at: offset)
    }
    self.init(firstBytes: try bytes(at: 0))
    guard self == .other else { return }
    for offset in Self.signatureOffsets(upTo: view.size) where offset > 0 {
      if try bytes(at: offset) == Self.hdf5Signature { self = .hdf5 }
    }
  }
}
