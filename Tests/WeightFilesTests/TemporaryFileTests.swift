import Foundation
import TestSupport
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

  @Test func `the members of an archive are there as long as its catalog`() throws {
    let archive = Fixtures.url("weights/custom/model.keras").path
    var catalog: WeightCatalog? = try WeightCatalog.read(.path(archive))
    let member = try #require(catalog?.members.first?.path)
    #expect(POSIXPath.isFile(member))
    catalog = nil
    #expect(!POSIXPath.isFile(member))
  }
}
