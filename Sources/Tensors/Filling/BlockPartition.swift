/// The fixed cutting of a tensor into blocks: the same for every number of workers, so that no result can
/// depend on scheduling.
package struct BlockPartition: Sendable {
  /// 1 MiB of float32: a block stays in a core's second-level cache between being drawn and being written.
  package static let elementsPerBlock = 1 << 18

  package let elementCount: Int

  package init(elementCount: Int) { self.elementCount = elementCount }

  package var count: Int {
    elementCount / Self.elementsPerBlock + (elementCount % Self.elementsPerBlock == 0 ? 0 : 1)
  }

  package subscript(block: Int) -> Range<Int> {
    let start = block * Self.elementsPerBlock
    return start..<min(elementCount, start + Self.elementsPerBlock)
  }
}
