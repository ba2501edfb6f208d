/// A filter of chunked data.
public enum HDF5Filter: Sendable, Hashable {
  case deflate(level: Int)
  case shuffle
  case fletcher32
  /// Any other filter by its registered number; it can be read if libhdf5 has it or finds its plugin.
  case other(identifier: Int)
}

extension HDF5Filter: CustomStringConvertible {
  /// As listings show it.
  public var description: String {
    switch self {
    case .deflate(let level): "deflate \(level)"
    case .shuffle: "shuffle"
    case .fletcher32: "fletcher32"
    case .other(let identifier): Self.registered[identifier] ?? "filter \(identifier)"
    }
  }

  /// Names from the register of The HDF Group.
  private static let registered = [
    4: "szip", 5: "nbit", 6: "scaleoffset", 32000: "lzf", 32001: "blosc", 32004: "lz4", 32008: "bitshuffle",
    32013: "zfp", 32015: "zstd", 32026: "blosc2",
  ]
}
