extension UnsafeMutableBufferPointer<UInt32> {
  /// Lets `body` write the elements `range` of a stream over the buffer, in chunks that stay in the
  /// first-level cache.
  ///
  /// Kernels make sixteen words or more, from where a group begins. A chunk lies in the buffer where that
  /// fits, and else beside it.
  ///
  /// - Parameters:
  ///   - range: as many elements as the buffer has.
  ///   - groupSize: chunks begin at multiples of it; a divisor of sixteen.
  ///   - body: writes a chunk whose first element it is told.
  func fillChunks(of range: Range<Int>, atMultiplesOf groupSize: Int, _ body: (Self, Int) -> Void) {
    var index = range.lowerBound
    while index < range.upperBound {
      let place = index - range.lowerBound
      let room = Swift.min(StreamKernels.chunkSize, count - place) & ~15
      if index.isMultiple(of: groupSize), room > 0 {
        unsafe body(Self(rebasing: self[place..<place + room]), index)
        index += room
      } else {
        let first = index - index % groupSize
        unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 16) { words in
          unsafe body(words, first)
          let wanted = index..<Swift.min(range.upperBound, first + 16)
          for element in wanted { unsafe self[element - range.lowerBound] = words[element - first] }
          index = wanted.upperBound
        }
      }
    }
  }
}
