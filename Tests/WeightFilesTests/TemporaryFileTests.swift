import TestSupport
import SystemPackage
import Testing

@testable import WeightFiles

@Suite struct TemporaryFileTests {
  @Test func `a file has a name until it is released or needs none`() throws {
    var file: TemporaryFile? = try TemporaryFile(for: "test")
    let path = try #require(file?.path)
    #expect(POSIXPath.isFile(path))
    file = nil
    #expect(!POSIXPath.isFile(path))

    let unnamed = try TemporaryFile(for: "test")
    unnamed.removeName()
    #expect(!POSIXPath.isFile(unnamed.path))
    try unnamed.descriptor.writeExactly([1, 2, 3], at: 0)
    #expect(try unnamed.descriptor.readExactly(3, at: 0) == [1, 2, 3])
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
}
