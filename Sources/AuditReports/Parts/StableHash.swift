/// A hash that is the same in every run and on every machine.
enum StableHash {
  /// FNV-1a with 64 bits (Fowler, Noll & Vo) of the text's UTF-8, in 16 hexadecimal digits.
  static func hexDigits(_ text: String) -> String {
    let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
