/// Changes numbers in the structures of a binary format, which it finds by their signatures.
struct StructureMutator {
  private var state: UInt64
  private let signatures: [[UInt8]]

  /// Numbers at which readers go wrong.
  private static let edges: [UInt64] = [
    0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x1_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
    0x1_0000_0000, 1 << 40, 1 << 60, 1 << 62, .max >> 1, 1 << 63, .max - 1, .max,
  ]

  init(seed: UInt32, signatures: [[UInt8]]) {
    state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    self.signatures = signatures
  }

  /// Changes up to three numbers.
  ///
  /// - Returns: false if there is no structure.
  mutating func change(_ bytes: UnsafeMutableBufferPointer<UInt8>) -> Bool {
    let structures = starts(in: bytes)
    guard !structures.isEmpty else { return false }
    for _ in 0...random(3) {
      let start = structures[random(structures.count)]
      let width = 1 << random(4)
      // Most structures are short, and messages of object headers follow their first bytes.
      let place = start + random(random(3) == 0 ? 512 : 64)
      guard place + width <= bytes.count else { continue }
      let old = (0..<width).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[place + $1]) }
      let new: UInt64 =
        switch random(5) {
        case 0: Self.edges[random(Self.edges.count)]
        case 1: old &+ UInt64(1 + random(8))
        case 2: old &- UInt64(1 + random(8))
        // Another structure, or the end of the file.
        case 3: UInt64(structures[random(structures.count)])
        default: old ^ 1 << UInt64(random(width * 8))
        }
      for index in 0..<width { bytes[place + index] = UInt8(truncatingIfNeeded: new >> UInt64(8 * index)) }
    }
    return true
  }

  private func starts(in bytes: UnsafeMutableBufferPointer<UInt8>) -> [Int] {
    var starts: [Int] = []
    guard bytes.count >= 4 else { return starts }
    let words = Set(signatures.map { $0.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } })
    var word: UInt32 = 0
    for index in bytes.indices {
      word = word << 8 | UInt32(bytes[index])
      if index >= 3, words.contains(word) { starts.append(index - 3) }
    }
    return starts
  }

  private mutating func random(_ bound: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state >> 33) % bound
  }
}
