import Failures
import Foundation
import Tensors
import TestSupport
import Testing

@testable import HDF5
@testable import WeightFiles

/// Weight files that refer to other files: `fixtures/attacks/references` has some of each kind.
@Suite("Files that refer to others") struct ExternalFolderTests {
  private let folder = Fixtures.url("attacks/references").path

  private func read(_ file: String, allowing folder: String) throws -> WeightCatalog {
    try WeightCatalog.read(.path(file), FileParsing(allowing: try ExternalFolder(folder)))
  }

  /// The bytes of the tensor that is elsewhere.
  private func kernel(_ catalog: WeightCatalog) throws -> [UInt8] {
    let index = try #require(catalog.tensors.firstIndex { $0.path == "/layers/dense/vars/0" })
    var bytes: [UInt8] = []
    try catalog.source(ofTensor: index).forEachBlock(of: catalog.tensors[index].spec) { part, _ in
      bytes += part
    }
    return bytes
  }

  @Test(arguments: [
    "external-link-dataset", "external-link-vars", "external-link-layer", "external-link-layers",
    "external-link-parent", "external-storage-relative", "virtual-outside",
  ])
  func `what is in the folder is read`(name: String) throws {
    let catalog = try read("\(folder)/\(name).weights.h5", allowing: folder)
    #expect(catalog.externals.isEmpty)
    #expect(try kernel(catalog) == Array(repeating: Array("OUTSIDE!".utf8), count: 64).flatMap(\.self))
  }

  @Test(arguments: [
    "external-link-absolute", "external-link-fifo", "external-link-missing", "external-link-environment",
    "external-link-device", "external-link-folder", "external-storage-absolute", "external-storage-fifo",
    "external-storage-device", "virtual-missing",
  ])
  func `what is not, or is no file, is refused`(name: String) throws {
    let catalog = try read("\(folder)/\(name).weights.h5", allowing: folder)
    let external = try #require(catalog.externals.first)
    #expect(external.reason.hasSuffix(", which is no file in `\(folder)`"))
  }

  @Test func `what is too short is an error`() throws {
    let catalog = try read("\(folder)/external-storage-short.weights.h5", allowing: folder)
    #expect(throws: (any Error).self) { try kernel(catalog) }
  }

  @Test func `a link of the file system that leaves the folder is not followed`() async throws {
    try await withTemporaryDirectory { directory in
      let inside = directory.appending(path: "inside")
      try FileManager.default.createDirectory(at: inside, withIntermediateDirectories: false)
      let file = inside.appending(path: "a.weights.h5").path
      try FileManager.default.copyItem(atPath: "\(folder)/external-link-dataset.weights.h5", toPath: file)
      try FileManager.default.copyItem(
        atPath: "\(folder)/outside.h5", toPath: directory.appending(path: "outside.h5").path)
      try FileManager.default.createSymbolicLink(
        atPath: inside.appending(path: "outside.h5").path, withDestinationPath: "../outside.h5")
      #expect(try read(file, allowing: inside.path).externals.count == 1)
      #expect(try read(file, allowing: directory.path).externals.isEmpty)
    }
  }

  /// libhdf5 takes the fill value for what it does not find.
  @Test func `a virtual dataset whose source is missing or of another shape is an error`() async throws {
    try await withTemporaryDirectory { directory in
      let file = directory.appending(path: "a.weights.h5").path
      try FileManager.default.copyItem(atPath: "\(folder)/virtual-outside.weights.h5", toPath: file)
      for shape in [nil, [3]] {
        let other = directory.appending(path: "outside.h5").path
        try HDF5Session.run { session throws(HDF5Error) in
          try session.createFile(at: other) { root throws(HDF5Error) in
            let vars = try root.createGroup("layers").createGroup("dense").createGroup("vars")
            guard let shape else { return }
            let dataset = try vars.createDataset(
              "0", shape: shape, elementType: .float(.single, .little))
            try dataset.write([Float](repeating: 1, count: 3))
          }
        }
        #expect(throws: WeightFileError.self) { try read(file, allowing: directory.path) }
      }
    }
  }

  @Test func `a folder that does not exist is an error`() {
    #expect(throws: WeightFileError.self) { try ExternalFolder("/does/not/exist") }
    #expect(throws: WeightFileError.self) { try ExternalFolder("\(folder)/outside.h5") }
  }
}
