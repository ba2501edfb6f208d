/// A tensor whose elements are all the same.
package struct ConstantFiller: BlockFiller {
  private let element: [UInt8]

  /// - Parameter element: the bytes of one element; not empty.
  package init(element: [UInt8]) {
    precondition(!element.isEmpty)
    self.element = element
  }

  package func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
    bytes.withUnsafeMutableBytes { buffer in
      if element.allSatisfy({ $0 == element[0] }) {
        buffer.initializeMemory(as: UInt8.self, repeating: element[0])
      } else {
        for index in buffer.indices { buffer[index] = element[index % element.count] }
      }
    }
  }
}
