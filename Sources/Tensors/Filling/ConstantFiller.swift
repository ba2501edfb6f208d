/// A tensor whose elements are all the same.
package struct ConstantFiller: BlockFiller {
  private let element: [UInt8]

  /// - Parameter element: the bytes of one element.
  package init(element: [UInt8]) { self.element = element }

  package func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
    unsafe bytes.withUnsafeMutableBytes { buffer in
      let first = element.first ?? 0
      if element.allSatisfy({ $0 == first }) {
        unsafe buffer.initializeMemory(as: UInt8.self, repeating: first)
      } else {
        for index in buffer.indices { unsafe buffer[index] = element[index % element.count] }
      }
    }
  }
}
