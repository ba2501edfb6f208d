import Synchronization
import Testing

@testable import Tensors

@Suite struct ShapeTests {
  @Test func `sizes multiply, and a scalar has one element`() throws {
    #expect(try Shape([2, 3, 4]).elementCount() == 24)
    #expect(try Shape([]).elementCount() == 1)
    #expect(try Shape([5, 0]).elementCount() == 0)
    #expect(Shape([3]).description == "(3,)")
  }

  @Test func `what cannot be counted is an error`() {
    #expect(throws: ShapeOverflow.self) { try Shape([1 << 40, 1 << 40]).elementCount() }
    #expect(throws: ShapeOverflow.self) { try TensorSpec(path: "", shape: [1 << 61], dtype: .float32) }
  }
}

@Suite struct BlockFillerTests {
  private let fillers: [any BlockFiller] = [
    ConstantFiller(element: [1, 2, 3, 4]), ConstantFiller(element: [0, 0, 0, 0]),
    MemoryFiller(bytes: (0..<400).map { UInt8(truncatingIfNeeded: $0) }, bytesPerElement: 4),
    ConcatenatedFiller(
      [
        .init(count: 33, filler: ConstantFiller(element: [9, 9, 9, 9])),
        .init(count: 0, filler: ConstantFiller(element: [7, 7, 7, 7])),
        .init(count: 67, filler: MemoryFiller(bytes: (0..<268).map { UInt8($0 % 251) }, bytesPerElement: 4)),
      ], bytesPerElement: 4),
  ]

  @Test(arguments: [1, 3, 7, 32, 100])
  func `values do not depend on how a tensor is cut`(width: Int) throws {
    for filler in fillers {
      let whole = try bytes(filler, 0..<100)
      let parts = try stride(from: 0, to: 100, by: width).flatMap {
        try bytes(filler, $0..<min(100, $0 + width))
      }
      #expect(parts == whole)
    }
  }

  private func bytes(_ filler: any BlockFiller, _ range: Range<Int>) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xAA, count: range.count * 4)
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    try filler.fill(range, into: &raw)
    return bytes
  }
}

@Suite struct BlockPartitionTests {
  @Test(arguments: [0, 1, 1 << 18, (1 << 18) + 1, 3 << 18])
  func `blocks cover the tensor without gap or overlap`(count: Int) {
    let partition = BlockPartition(elementCount: count)
    var next = 0
    for block in 0..<partition.count {
      #expect(partition[block].lowerBound == next)
      #expect(!partition[block].isEmpty)
      next = partition[block].upperBound
    }
    #expect(next == count)
  }
}

@Suite struct ForEachIndexTests {
  private struct Stop: Error {}

  @Test(arguments: [1, 2, 7])
  func `every index is visited once`(workers: Int) async {
    let seen = Seen()
    await forEachIndex(below: 1000, workers: workers) { (index) throws(Never) in seen.insert(index) }
    #expect(seen.indices.sorted() == Array(0..<1000))
  }

  @Test func `the first failure ends the work`() async {
    let seen = Seen()
    await #expect(throws: Stop.self) {
      try await forEachIndex(below: 1_000_000, workers: 2) { (index) throws(Stop) in
        seen.insert(index)
        if index == 10 { throw Stop() }
      }
    }
    #expect(seen.indices.count < 1_000_000)
  }

  private final class Seen: Sendable {
    private let storage = Mutex<[Int]>([])
    var indices: [Int] { storage.withLock { $0 } }
    func insert(_ index: Int) { storage.withLock { $0.append(index) } }
  }
}
