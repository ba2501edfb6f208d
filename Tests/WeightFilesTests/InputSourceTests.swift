import Failures
import Foundation
import TestSupport
import Testing
import Text

@testable import WeightFiles

@Suite struct InputSourceTests {
  @Test func `an argument is standard input or a path`() {
    #expect(InputSource(argument: "-") == .standardInput)
    #expect(InputSource(argument: "./-") == .path("./-"))
    #expect(InputSource(argument: "standard input") == .path("standard input"))
    #expect(OutputDestination(argument: "-") == .standardOutput)
    #expect(OutputDestination(argument: "m.h5") == .path("m.h5"))
  }

  @Test func `a name is safe to print`() {
    #expect(InputSource.path("a\u{1B}[2Jb").displayName.description == "a\\x1b[2Jb")
    #expect(OutputDestination.path("a\nb").displayName.description == "a\\nb")
    #expect(InputSource.standardInput.displayName.description == "standard input")
  }

  @Test func `files with the names of the standard streams are files`() async throws {
    try await withTemporaryDirectory { directory in
      for name in ["standard input", "-"] {
        let index = directory.appending(path: name)
        try Data(#"{"weight_map": {"/layers/dense/vars": "shard.weights.h5"}}"#.utf8).write(to: index)
        let missing = #expect(throws: WeightFileError.self) { try WeightCatalog.read(.path(index.path)) }
        // The index was read as a file: what is missing is the shard beside it.
        #expect(missing?.kind == .notFound)
        #expect(missing?.place == directory.appending(path: "shard.weights.h5").path)
      }
    }
  }

  @Test func `the folders above a file begin with its own`() throws {
    #expect(POSIXPath.foldersAbove(.path("/a/b/../c/m.h5")) == ["/a/c", "/a", "/"])
    let current = FileManager.default.currentDirectoryPath
    #expect(POSIXPath.foldersAbove(.standardInput).first == current)
    #expect(POSIXPath.foldersAbove(.path("x/m.h5")).prefix(2) == ["\(current)/x", current])
  }
}
