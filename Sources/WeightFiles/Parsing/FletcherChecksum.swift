/// The checksum of HDF5's filter fletcher32: of 16-bit words, the first byte of each the higher one.
///
/// Fletcher, J. G. (1982), An arithmetic checksum for serial transmissions; libhdf5's
/// H5_checksum_fletcher32.
enum FletcherChecksum {
  /// The bytes before the checksum that ends them; `nil` if it is not theirs.
  static func content(of bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count >= 4 else { return nil }
    let content = Array(bytes.dropLast(4))
    let stored = bytes.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let checksum = checksum(of: content)
    // Before 1.6.3 libhdf5 exchanged the bytes of both halves on little-endian machines.
    let old = (checksum & 0x00FF_00FF) << 8 | (checksum & 0xFF00_FF00) >> 8
    return stored == checksum || stored == old ? content : nil
  }

  static func checksum(of bytes: [UInt8]) -> UInt32 {
    var (low, high) = (UInt32(0), UInt32(0))
    var index = 0
    while index < bytes.count {
      // So many words fit before a sum can overflow.
      let end = min(bytes.count, index + 720)
      while index < end {
        let second = index + 1 < bytes.count ? UInt32(bytes[index + 1]) : 0
        low &+= UInt32(bytes[index]) << 8 | second
        high &+= low
        index += 2
      }
      (low, high) = (folded(low), folded(high))
    }
    return folded(high) << 16 | folded(low)
  }

  private static func folded(_ sum: UInt32) -> UInt32 { (sum & 0xFFFF) &+ (sum >> 16) }
}
