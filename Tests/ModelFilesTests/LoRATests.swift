import Foundation
import Initialization
import KerasArchitecture
import ModelFiles
import RandomStreams
import TestSupport
import Testing
import WeightFiles

@testable import Tensors

/// The formats of Keras 3 store kernels with the matrices of LoRA merged into them; the others store the
/// matrices.
@Suite("Layers with LoRA") struct LoRATests {
  private static let architecture =
    #"{"input_shape": [5], "layers": [{"class_name": "Embedding", "input_dim": 9, "output_dim": 4, "#
    + #""lora_rank": 1}, {"class_name": "EinsumDense", "equation": "abc,cd->abd", "output_shape": [5, 6], "#
    + #""bias_axes": "d", "lora_rank": 2}, {"class_name": "Conv1D", "filters": 3, "kernel_size": 2, "#
    + #""lora_rank": 3}, {"class_name": "Flatten"}, {"class_name": "Dense", "units": 2, "lora_rank": 40}]}"#

  /// Writes the model's weights with the second matrices of LoRA filled with a number.
  private func write(to file: URL, second: Double = 0) async throws -> StoredModel {
    let source = try Model.write(
      json: Self.architecture, to: file.deletingLastPathComponent().appending(path: "arch.json"))
    let plan = try ArchitectureInput(source, .init(), Model.reader).plan(seed: 3, backend: .standard)
    var sources = plan.sources
    for weight in plan.architecture.weights
    where weight.name.hasPrefix("lora_") && weight.name.hasSuffix("_b") {
      sources[weight.creationIndex] = .blocks(
        ConstantFiller(element: weight.spec.dtype.bytes(of: second)))
    }
    let name = file.lastPathComponent
    let format = try #require(LayoutCatalog.format(for: name))
    let layout = try format.layout(
      of: ContainerContents(plan, toolVersion: "0"), LayoutOptions(fileName: name))
    try await ContainerWriter(workers: 2).write(
      layout, sources: sources, to: .path(file.path), replaces: true)
    let model = name.contains(".weights.") ? source : nil
    return try StoredModel(try Model.reader.catalog(.path(file.path)), model: model, Model.reader)
  }

  private func layout(_ model: StoredModel, _ name: String) throws(LayoutError) -> ContainerLayout {
    try (LayoutCatalog.format(for: name) ?? LegacyH5Layout.self).layout(
      of: model.contents, LayoutOptions(fileName: name))
  }

  @Test(
    "a merged file becomes a list of layers with matrices of zeros", arguments: ["a.keras", "a.weights.h5"])
  func merged(name: String) async throws {
    try await withTemporaryDirectory { directory in
      let model = try await write(to: directory.appending(path: name))
      #expect(model.catalog.tensors.allSatisfy { !$0.path.contains("lora") })
      let layout = try layout(model, "b.h5")
      #expect(layout.datasets.count == model.catalog.tensors.count + 8)
      #expect(Set(layout.datasets.map(\.source)).isSubset(of: model.sources.keys))
      let file = directory.appending(path: "b.h5")
      try await ContainerWriter(workers: 2).write(
        layout, sources: model.sources, to: .path(file.path), replaces: true)
      let listed = try StoredModel(try Model.reader.catalog(.path(file.path)), model: nil, Model.reader)
      #expect(listed.unusableArchitecture == nil)
      var matrices = 0
      for (index, tensor) in listed.catalog.tensors.enumerated() where tensor.path.contains("lora_") {
        matrices += 1
        try listed.catalog.source(ofTensor: index).forEachBlock(of: tensor.spec) { bytes, _ in
          #expect(bytes.allSatisfy { $0 == 0 })
        }
      }
      #expect(matrices == 8)
    }
  }

  @Test("matrices that are not trained are left out of merged formats, trained ones are not lost")
  func trained() async throws {
    try await withTemporaryDirectory { directory in
      let fresh = try await write(to: directory.appending(path: "a.h5"))
      #expect(try layout(fresh, "b.keras").datasets.count == 7)
      let trained = try await write(to: directory.appending(path: "c.h5"), second: 0.5)
      #expect(try layout(trained, "b.h5").datasets.count == 15)
      for name in ["b.keras", "b.weights.h5", "b.weights.json"] {
        do throws(LayoutError) {
          _ = try layout(trained, name)
          Issue.record("\(name) lost the matrices")
        } catch {
          #expect(error.reason.hasPrefix("\"embedding\" has trained matrices of LoRA"))
        }
      }
    }
  }

  @Test("a merged file is verified without the matrices") func verified() async throws {
    try await withTemporaryDirectory { directory in
      let model = try await write(to: directory.appending(path: "a.keras"))
      let input = try ArchitectureInput(of: model.catalog, .init(), Model.reader)
      let result = try await WeightVerification(
        model.catalog, input, seed: 3, backend: .standard, workers: 2)
      #expect(result.isMatch)
      #expect(result.entries.count == 7)
    }
  }
}
