/// The MT19937 generator.
///
/// Matsumoto, Nishimura: "Mersenne Twister", ACM TOMACS 8 (1998).
struct MersenneTwister: Sendable {
  private static let size = 624
  private let kernels: StreamKernels
  /// Only the seed at first: a model has thousands of generators that wait for their turn.
  private var state: [UInt32]
  /// The tempered words of the state.
  private var words: [UInt32] = []
  private var position = Self.size

  /// Initialized by one word (Knuth's multiplicative generator).
  init(word: UInt32, kernels: StreamKernels = .best) {
    state = [word]
    self.kernels = kernels
  }

  private mutating func expand() {
    state.reserveCapacity(Self.size)
    for index in 1..<UInt32(Self.size) {
      let last = state[Int(index) - 1]
      state.append(1_812_433_253 &* (last ^ last >> 30) &+ index)
    }
  }

  /// Initialized by several words (`init_by_array`); there must be at least one.
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

  /// The next word.
  mutating func next() -> UInt32 {
    if position == Self.size { twist() }
    position += 1
    return words[position - 1]
  }

  /// The next words, as many as there is room for.
  mutating func fill(_ buffer: UnsafeMutableBufferPointer<UInt32>) {
    var filled = 0
    while filled < buffer.count {
      if position == Self.size { twist() }
      let count = min(buffer.count - filled, Self.size - position)
      unsafe words.withUnsafeBufferPointer { words in
        _ = unsafe UnsafeMutableBufferPointer(rebasing: buffer[filled..<filled + count]).update(
          fromContentsOf: UnsafeBufferPointer(rebasing: words[position..<position + count]))
      }
      filled += count
      position += count
    }
  }

  private mutating func twist() {
    if state.count == 1 { expand() }
    if words.isEmpty { words = [UInt32](repeating: 0, count: Self.size) }
    unsafe state.withUnsafeMutableBufferPointer { state in
      unsafe words.withUnsafeMutableBufferPointer { words in unsafe kernels.twister(state, words) }
    }
    position = 0
  }
}
