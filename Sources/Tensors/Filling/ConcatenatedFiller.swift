/// A tensor made of several fillers one after the other, such as a bias made of gate segments.
package struct ConcatenatedFiller: BlockFiller {
  package struct Segment: Sendable {
    package let count: Int
    package let filler: any BlockFiller

    package init(count: Int, filler: any BlockFiller) {
      self.count = count
      self.filler = filler
    }
  }

  private let segments: [Segment]
  private let bytesPerElement: Int

  package init(_ segments: [Segment], bytesPerElement: Int) {
    self.segments = segments
    self.bytesPerElement = bytesPerElement
  }

  package func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) throws(SourceFailure) {
    var start = 0
    for segment in segments {
      let overlap = range.clamped(to: start..<start + segment.count)
      if !overlap.isEmpty {
        let first = (overlap.lowerBound - range.lowerBound) * bytesPerElement
        var part = bytes._mutatingExtracting(first..<first + overlap.count * bytesPerElement)
        try segment.filler.fill(overlap.lowerBound - start..<overlap.upperBound - start, into: &part)
      }
      start += segment.count
    }
  }
}
