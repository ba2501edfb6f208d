import Foundation
import HDF5
import TestSupport
import Testing

/// The example of the target's documentation, word for word.
@Suite struct ExampleTests {
  @Test func `a dataset is written and read`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "m.h5").path
      // example
      try HDF5Session.run { session throws(HDF5Error) in
        try session.createFile(at: path) { root throws(HDF5Error) in
          let dataset = try root.createGroup("dense").createDataset("bias", shape: [3], elementType: .single)
          try dataset.write([Float(1), 2, 3])
          try dataset.writeAttribute("name", "bias")
        }
      }
      let values = try HDF5Session.run { session throws(HDF5Error) in
        try session.readFile(at: path) { root throws(HDF5Error) in
          try root.openDataset("dense/bias").read(as: Double.self)
        }
      }
      // end of example
      #expect(values == [1, 2, 3])
    }
  }
}
