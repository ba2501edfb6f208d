import Foundation
import Tensors
import TestSupport
import Testing

@testable import HDF5
@testable import WeightFiles

/// Chunks that are unpacked without libhdf5 hold what libhdf5 wrote.
@Suite struct ChunkedValuesTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let shape, chunk: [Int]
    let filters: [HDF5Filter]

    var testDescription: String { "\(shape) in \(chunk), \(filters)" }
  }

  static let cases: [Case] = [
    Case(shape: [1000], chunk: [64], filters: [.deflate(level: 1)]),
    Case(shape: [700, 900], chunk: [256, 256], filters: [.shuffle, .deflate(level: 4)]),
    Case(shape: [700, 900], chunk: [1, 900], filters: []),
    Case(shape: [3, 3, 67, 130], chunk: [2, 3, 67, 33], filters: [.deflate(level: 9)]),
    Case(shape: [3, 3, 67, 130], chunk: [1, 1, 67, 130], filters: [.shuffle]),
    Case(shape: [1, 1, 3000, 5], chunk: [1, 1, 7, 5], filters: [.shuffle, .deflate(level: 1)]),
    Case(shape: [40, 50], chunk: [7, 3], filters: [.shuffle, .deflate(level: 6), .fletcher32]),
  ]

  private func write(_ layout: Case, _ values: [Float], to path: String) throws {
    try HDF5Session.run { session throws(HDF5Error) in
      try session.createFile(at: path) { root throws(HDF5Error) in
        let dataset = try root.createDataset(
          "kernel", shape: layout.shape, elementType: .single,
          storage: .chunked(shape: layout.chunk, filters: layout.filters))
        try dataset.write(values)
      }
    }
  }

  private func read(_ range: Range<Int>, _ catalog: WeightCatalog) throws -> [Float] {
    let filler = try catalog.source(ofTensor: 0).randomAccess(count: range.upperBound, dtype: .float32)
    var values = [Float](repeating: -1, count: range.count)
    var span = values.mutableSpan
    var bytes = span.mutableBytes
    try filler.fill(range, into: &bytes)
    return values
  }

  @Test(arguments: cases) func `every run of elements is read`(layout: Case) async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "c.h5").path
      let count = layout.shape.reduce(1, *)
      let values = (0..<count).map { Float($0 % 8191) }
      try write(layout, values, to: path)
      let catalog = try WeightCatalog.read(.path(path))
      let all = try read(0..<count, catalog)
      #expect(all == values)
      for length in [1, 2, layout.shape.last ?? 1, 1000, count / 2] {
        for start in stride(from: 0, through: count - min(length, count), by: 1 + count / 23) {
          let range = start..<min(count, start + length)
          let part = try read(range, catalog)
          #expect(part == Array(values[range]))
        }
      }
    }
  }

  @Test func `several workers read the same chunks`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "c.h5").path
      let layout = Case(shape: [2048, 1024], chunk: [1024, 64], filters: [.deflate(level: 1)])
      let values = (0..<2048 * 1024).map { Float($0 % 65_521) }
      try write(layout, values, to: path)
      let catalog = try WeightCatalog.read(.path(path))
      let blocks = BlockPartition(elementCount: values.count)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for block in 0..<blocks.count {
          group.addTask {
            let part = try read(blocks[block], catalog)
            #expect(part == Array(values[blocks[block]]))
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test func `damaged chunks are errors, and absent ones are what libhdf5 makes of them`() async throws {
    try await withTemporaryDirectory { directory in
      let url = directory.appending(path: "c.h5")
      let layout = Case(shape: [64, 64], chunk: [32, 32], filters: [.deflate(level: 1)])
      try write(layout, (0..<4096).map { Float($0 % 3) }, to: url.path)
      var data = try Data(contentsOf: url)
      // The header of a deflated chunk.
      let place = try #require(data.lastRange(of: Data([0x78, 0x01])))
      data[place] = Data([0x78, 0x02])
      try data.write(to: url)
      let damaged = try WeightCatalog.read(.path(url.path))
      #expect(throws: SourceFailure.self) { try read(0..<4096, damaged) }

      let empty = directory.appending(path: "e.h5").path
      try HDF5Session.run { session throws(HDF5Error) in
        try session.createFile(at: empty) { root throws(HDF5Error) in
          let dataset = try root.createDataset(
            "kernel", shape: [64, 64], elementType: .single,
            storage: .chunked(shape: [32, 32], filters: []))
          try dataset.write([Float](repeating: 1, count: 1024), .init(start: [0, 0], count: [32, 32]))
        }
      }
      let values = try read(0..<4096, WeightCatalog.read(.path(empty)))
      #expect(values[..<32].allSatisfy { $0 == 1 } && values[4095] == 0)
    }
  }
}
