import Failures
import Foundation
import TestSupport
import Testing

@testable import HDF5
@testable import WeightFiles

@Suite struct ModelDocumentTests {
  private let config = #"{"class_name": "Sequential", "config": {"layers": []}}"#

  @Test func `a text file is the document itself`() async throws {
    try await withTemporaryDirectory { directory in
      let url = directory.appending(path: "a.json")
      try Data(config.utf8).write(to: url)
      let document = try ModelDocument.read(.path(url.path))
      #expect(String(decoding: document.text, as: UTF8.self) == config)
      #expect(document.isFile)
    }
  }

  @Test func `a whole-model file has it in an attribute`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "m.h5").path
      try HDF5Session.run { session throws(HDF5Error) in
        try session.createFile(at: path) { root throws(HDF5Error) in
          try root.writeAttribute("model_config", config)
          try root.writeAttribute("keras_version", "2.3.1", format: .fixedASCII)
        }
      }
      let document = try ModelDocument.read(.path(path))
      #expect(String(decoding: document.text, as: UTF8.self) == config)
      #expect(document.kerasVersion == "2.3.1")
      #expect(!document.isFile)
    }
  }

  @Test func `a file of weights alone says what is missing`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "w.h5").path
      try HDF5Session.run { session throws(HDF5Error) in try session.createFile(at: path) { _ in } }
      let error = #expect(throws: WeightFileError.self) { try ModelDocument.read(.path(path)) }
      #expect(
        error?.reason
          == "the HDF5 file has no `model_config`: it holds weights only, and an architecture is needed")
    }
  }

  /// Archives that Python's `zipfile` wrote; see `fixtures/README.md`.
  @Test(arguments: ["stored", "deflated", "zip64", "commented"])
  func `an archive has it as config.json`(name: String) throws {
    let document = try ModelDocument.read(.path(Fixtures.url("weights/\(name).keras").path))
    #expect(
      String(decoding: document.text, as: UTF8.self).hasPrefix(
        #"{"module": "keras", "class_name": "Sequential""#))
    #expect(document.kerasVersion == "3.15.1")
  }

  @Test(arguments: ["stored", "deflated", "zip64"])
  func `damaged archives are errors`(name: String) async throws {
    let whole = try Fixtures.bytes("weights/\(name).keras")
    try await withTemporaryDirectory { directory in
      let url = directory.appending(path: "d.keras")
      for length in stride(from: 4, to: whole.count, by: 7) {
        try Data(whole.prefix(length)).write(to: url)
        #expect(throws: WeightFileError.self) { try ModelDocument.read(.path(url.path)) }
      }
      for place in 0..<whole.count {
        var bytes = whole
        bytes[place] ^= 0x55
        try Data(bytes).write(to: url)
        // Whatever is hit, the result is a document or an error.
        _ = try? ModelDocument.read(.path(url.path))
      }
    }
  }

  @Test func `what is not there or a directory is an error of the system`() {
    let missing = #expect(throws: WeightFileError.self) {
      try ModelDocument.read(.path("/nonexistent/a.json"))
    }
    #expect(missing?.description == "/nonexistent/a.json: the file does not exist")
    let directory = #expect(throws: WeightFileError.self) { try ModelDocument.read(.path("/tmp")) }
    #expect(directory?.description == "/tmp: it is a folder; a file was expected")
  }
}
