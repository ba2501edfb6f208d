import Failures
import Foundation
import Tensors
import TestSupport
import Testing

@testable import HDF5
@testable import WeightFiles

@Suite struct WeightFileErrorTests {
  private func reading(_ path: String) -> WeightFileError? {
    #expect(throws: WeightFileError.self) { try WeightCatalog.read(.path(path)) }
  }

  @Test func `what is missing and what cannot be read are of different kinds`() async throws {
    #expect(reading("/nonexistent/m.h5")?.kind == .notFound)
    #expect(reading("/dev/zero")?.kind == .unreadable)
    try await withTemporaryDirectory { directory in
      let url = directory.appending(path: "m.h5")
      try Data().write(to: url)
      let empty = reading(url.path)
      #expect(empty?.kind == .malformed)
      #expect(empty?.description == "\(url.path): the file is empty (0 bytes)")
      // The signature and nothing else.
      try Data(FileFormat.hdf5Signature).write(to: url)
      #expect(reading(url.path)?.kind == .malformed)
    }
  }

  @Test func `an error of libhdf5 keeps its kind, attempt and cause`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "m.h5").path
      try HDF5Session.run { session throws(HDF5Error) in
        try session.createFile(at: path) { root throws(HDF5Error) in
          try root.writeAttribute("layer_names", ["dense"], format: .fixedASCII)
        }
      }
      let error = reading(path)
      #expect(error?.kind == .malformed)
      #expect(
        error?.description
          == "\(path): cannot open the group `/`: there is no layer `dense`, which the file lists")
      #expect((error?.cause as? HDF5Error)?.object == "/")
    }
  }

  @Test func `an output that cannot be is refused before any work`() async throws {
    try await withTemporaryDirectory { directory in
      let layout = ContainerLayout(root: GroupLayout("/"))
      func kind(_ name: String, replaces: Bool = false) -> (FailureKind?, String?) {
        let path = directory.appending(path: name).path
        let error = #expect(throws: WeightFileError.self) {
          try ContainerWriter.checkDestination(layout, .path(path), replaces: replaces)
        }
        return (error?.kind, error?.description)
      }
      let missing = kind("no/m.h5")
      #expect(missing.0 == .unwritable)
      #expect(
        missing.1?.hasSuffix(
          "/no/m.h5: cannot create the file: the folder \(directory.path)/no does not exist") == true)
      try Data("x".utf8).write(to: directory.appending(path: "m.h5"))
      #expect(kind("m.h5").0 == .exists)
      #expect(kind("", replaces: true).0 == .unwritable)
      try ContainerWriter.checkDestination(
        layout, .path(directory.appending(path: "new.h5").path), replaces: false)
    }
  }

  @Test func `several files do not go to standard output`() {
    let layout = ContainerLayout(files: [
      FileLayout(name: "a.h5", body: .text("")), FileLayout(name: nil, body: .text("{}")),
    ])
    let error = #expect(throws: WeightFileError.self) {
      try ContainerWriter.checkDestination(layout, .standardOutput, replaces: false)
    }
    #expect(error?.kind == .usage)
  }

  @Test func `a failure of a source keeps its kind`() async throws {
    struct Broken: BlockFiller {
      func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) throws(SourceFailure) {
        throw SourceFailure(.malformed, in: "old.h5", "it is damaged")
      }
    }
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "m.h5").path
      var root = GroupLayout("/")
      root.insert(try TensorSpec(path: "w", shape: [4], dtype: .float32), source: 0, at: ["w"])
      let error = await #expect(throws: WeightFileError.self) {
        try await ContainerWriter(workers: 1).write(
          ContainerLayout(root: root), sources: [0: .blocks(Broken())], to: .path(path), replaces: false)
      }
      #expect(error?.kind == .malformed)
      #expect(error?.description == "old.h5: it is damaged")
    }
  }
}
