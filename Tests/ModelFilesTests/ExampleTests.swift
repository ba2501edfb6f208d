import Foundation
import ModelFiles
import TestSupport
import Testing
import WeightFiles

/// The example of the target's overview page, as it stands there.
@Suite struct ExampleTests {
  @Test func `the example of the overview compiles and runs`() async throws {
    try await withTemporaryDirectory { directory in
      let url = directory.appending(path: "a.keras")
      try await Model.write(Model.fixture("keras3/mlp"), to: url)
      let file = url.path
      try list(file)
    }
  }

  private func list(_ file: String) throws {
    // example
    let reader = FileReader()
    let catalog = try reader.catalog(.path(file))
    let model = try StoredModel(catalog, model: nil, reader)
    for row in TensorListing(model).rows {
      print(row.layer, row.name, row.initializer ?? "")
    }
    // end of example
    #expect(TensorListing(model).rows.allSatisfy { $0.initializer != nil })
  }
}
