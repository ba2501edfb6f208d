/// The MT19937 generator.
///
/// Matsumoto, Nishimura: "Mersenne Twister", ACM TOMACS 8 (1998).
struct MersenneTwister: Sendable {
  private static let size = 624
  /// Only the seed at first: a model has thousands of generators that wait for their turn.
  private var state: [UInt32]
  private var position = Self.size

  /// Initialised by one word (Knuth's multiplicative generator).
  init(word: UInt32) { state = [word] }

  private mutating func expand() {
    state.reserveCapacity(Self.size)
    for index in 1..<UInt32(Self.size) {
      let last = state[Int(index) - 1]
      state.append(1_812_433_253 &* (last ^ last >> 30) &+ index)
    }
  }

  /// Initialised by several words (`init_by_array`); there must be at least one.
  init(words: [UInt32]) {
    self.init(word: 19_650_218)
    expand()
    var place = 1
    func mixed(_ state: [UInt32], _ factor: UInt32) -> UInt32 {
      state[place] ^ (state[place - 1] ^ state[place - 1] >> 30) &* factor
    }
    func advance(_ state: inout [UInt32]) {
      place += 1
      if place == Self.size {
        state[0] = state[Self.size - 1]
        place = 1
      }
    }
    for step in 0..<max(Self.size, words.count) {
      let index = step % words.count
      state[place] = mixed(state, 1_664_525) &+ words[index] &+ UInt32(truncatingIfNeeded: index)
      advance(&state)
    }
    for _ in 1..<Self.size {
      state[place] = mixed(state, 1_566_083_941) &- UInt32(place)
      advance(&state)
    }
    state[0] = 0x8000_0000
  }

  /// The next tempered word.
  @inline(__always)
  mutating func next() -> UInt32 {
    if position == Self.size { twist() }
    var word = state[position]
    position += 1
    word ^= word >> 11
    word ^= word << 7 & 0x9D2C_5680
    word ^= word << 15 & 0xEFC6_0000
    return word ^ word >> 18
  }

  private mutating func twist() {
    if state.count == 1 { expand() }
    state.withUnsafeMutableBufferPointer { state in
      @inline(__always)
      func mix(_ index: Int, _ next: Int, _ far: Int) {
        let joined = state[index] & 0x8000_0000 | state[next] & 0x7FFF_FFFF
        state[index] = state[far] ^ joined >> 1 ^ (0 &- (joined & 1)) & 0x9908_B0DF
      }
      for index in 0..<227 { mix(index, index + 1, index + 397) }
      for index in 227..<623 { mix(index, index + 1, index - 227) }
      mix(623, 0, 396)
    }
    position = 0
  }
}
