import Failures
import Foundation
import ModelFiles
import TestSupport
import Testing
import WeightFiles

@Suite("A weight file and its model") struct StoredModelTests {
  @Test("the architecture stored in the file is used, and each tensor is known") func stored() async throws {
    try await withTemporaryDirectory { directory in
      let file = try await Model.write(
        Model.fixture("keras3/recurrent"), to: directory.appending(path: "a.keras"))
      let model = try StoredModel(try Model.reader.catalog(file), model: nil, Model.reader)
      #expect(model.unusableArchitecture == nil && model.mismatch == nil)
      let rows = TensorListing(model).rows
      #expect(rows.count == 17)
      #expect(rows.allSatisfy { $0.className != nil && $0.weight != nil })
    }
  }

  @Test("a file of another model is refused, or taken without an architecture") func mismatch() async throws {
    try await withTemporaryDirectory { directory in
      let file = try await Model.write(
        Model.fixture("keras3/recurrent"), to: directory.appending(path: "a.h5"))
      let catalog = try Model.reader.catalog(file)
      do throws(ModelFileError) {
        _ = try StoredModel(catalog, model: Model.fixture("keras3/mlp"), Model.reader)
        Issue.record("it was taken")
      } catch {
        #expect(error.kind == .mismatch)
        #expect(error.cause != nil)
      }
      let model = try StoredModel(
        catalog, model: Model.fixture("keras3/mlp"), allowsMismatch: true, Model.reader)
      #expect(model.architecture == nil)
      #expect(model.mismatch?.hasPrefix("not of the model in ") == true)
    }
  }

  @Test("weights without an architecture stay what they are") func weightsOnly() async throws {
    try await withTemporaryDirectory { directory in
      let file = try await Model.write(
        Model.fixture("keras3/recurrent"), to: directory.appending(path: "a.weights.h5"))
      let model = try StoredModel(try Model.reader.catalog(file), model: nil, Model.reader)
      #expect(model.architecture == nil)
      #expect(model.sources.count == 17)
      let format = try #require(LayoutCatalog.format(for: "b.h5"))
      #expect(throws: LayoutError.self) {
        try format.layout(of: model.contents, LayoutOptions(fileName: "b.h5"))
      }
    }
  }

  @Test("an error in a document has its line and column, and its kind") func places() throws {
    do throws(ModelFileError) {
      _ = try ArchitectureInput("x.json", ModelDocument.example("{\n  \"class_name\": \"Dense\",,\n}"))
      Issue.record("it was read")
    } catch {
      #expect(error.kind == .malformed)
      #expect(error.description.hasPrefix("x.json:2:25: neither JSON, HDF5 nor a .keras archive: "))
    }
  }
}

extension ModelDocument {
  fileprivate static func example(_ text: String) -> ModelDocument {
    ModelDocument(text: Array(text.utf8), kerasVersion: nil, isFile: true)
  }
}
