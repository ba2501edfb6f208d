import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import WeightFiles

@Suite struct TemporaryFileTests {
  @Test func `a file has no name that could stay`() throws {
    let file = try TemporaryFile(for: "test")
    try file.descriptor.writeExactly([1, 2, 3], at: 0)
    #expect(try file.descriptor.readExactly(3, at: 0) == [1, 2, 3])
    #expect(try POSIX.status(file.descriptor).linkCount == 0)
  }

  @Test func `a part of a file ends where it ends`() throws {
    let file = try InputFile(copyOf: "m.keras: member") { descriptor throws(WeightFileError) in
      do { _ = try descriptor.writeAll(0..<100) } catch { Issue.record(error) }
    }
    let part = try file.view.part("member", at: 10, size: 20)
    let all = try part.read(20, at: 0)
    #expect(all == Array(10..<30))
    for (count, start) in [(21, Int64(0)), (1, 20), (1, -1), (-1, 0), (1, .max), (.max, 1)] {
      #expect(throws: WeightFileError.self) { try part.read(count, at: start) }
    }
    for (start, size) in [(Int64(90), Int64(11)), (-1, 5), (101, 0), (0, -1), (.max, .max)] {
      #expect(throws: WeightFileError.self) { try file.view.part("member", at: start, size: size) }
    }
  }

  @Test func `libraries read what has no name`() throws {
    let archive = Fixtures.url("weights/custom/model.keras").path
    let catalog = try WeightCatalog.read(.path(archive))
    #expect(!catalog.tensors.isEmpty)
    for index in catalog.tensors.indices { #expect(try catalog.mean(ofTensor: index) != nil) }
  }

  /// Both where the system has files without names and where it has none.
  @Test(arguments: [true, false])
  func `a file gets its name last`(isHidden: Bool) async throws {
    try await withTemporaryDirectory { directory in
      func make() throws -> UnnamedFile {
        isHidden
          ? try UnnamedFile(hiddenInFolder: directory.path)
          : try UnnamedFile(inFolder: directory.path)
      }
      func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
      }
      let (one, two) = (directory.appending(path: "1").path, directory.appending(path: "2").path)
      do {
        let file = try make()
        try file.descriptor.writeExactly([1], at: 0)
        #expect(try isHidden == !names().isEmpty)
        try file.publish(as: one)
      }
      #expect(try names() == ["1"])
      do {
        let file = try make()
        #expect(throws: (any Error).self) { try file.publish(as: one) }
        try file.replace(one)
        try file.descriptor.writeExactly([2], at: 0)
      }
      #expect(try names() == ["1"])
      #expect(try Data(contentsOf: URL(filePath: one)) == Data([2]))
      do {
        let file = try make()
        try file.replace(two)
      }
      #expect(try names() == ["1", "2"])
      do { _ = try make() }
      #expect(try names() == ["1", "2"])
    }
  }
}
