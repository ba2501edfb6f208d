/// A tensor that lies in memory.
package struct MemoryFiller: BlockFiller {
  private let bytes: [UInt8]
  private let bytesPerElement: Int

  package init(bytes: [UInt8], bytesPerElement: Int) {
    self.bytes = bytes
    self.bytesPerElement = bytesPerElement
  }

  package func fill(_ range: Range<Int>, into span: inout MutableRawSpan) {
    let part = bytes[range.lowerBound * bytesPerElement..<range.upperBound * bytesPerElement]
    unsafe span.withUnsafeMutableBytes { unsafe $0.copyBytes(from: part) }
  }
}
