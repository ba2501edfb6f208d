import Failures
import OrderedJSON
import Tensors
import Testing

@testable import HDF5
@testable import WeightFiles

@Suite struct LegacyH5LayoutTests {
  private func contents(_ layers: [ContainerContents.Layer]) -> ContainerContents {
    ContainerContents(
      modelConfig: ["class_name": "Sequential", "config": [:]], kerasVersion: "3.15.1", backend: "tensorflow",
      layers: .success(layers), objects: .success([]), provenance: [("wtool_seed", .number(7))])
  }

  private func tensor(_ path: String, _ source: Int) throws -> ContainerContents.Tensor {
    .init(path: path, spec: try TensorSpec(path: path, shape: [2, 3], dtype: .float32), source: source)
  }

  private func layout(_ layers: [ContainerContents.Layer]) throws -> ContainerLayout {
    try LegacyH5Layout.layout(of: contents(layers), LayoutOptions(fileName: "m.h5"))
  }

  private func root(_ layout: ContainerLayout) throws -> GroupLayout { try #require(layout.files[0].root) }

  @Test func `the layout is that of Keras`() throws {
    let layout = try self.layout(
      ([
        .init(
          name: "lstm",
          tensors: [try tensor("lstm/lstm_cell/kernel", 0), try tensor("lstm/lstm_cell/bias", 1)]),
        .init(name: "dropout", tensors: []),
      ]))
    let root = try root(layout)
    #expect(root.attributes.map(\.name) == ["model_config", "backend", "keras_version", "wtool_seed"])
    #expect(
      root.attributes[0].value
        == .string(#"{"class_name": "Sequential", "config": {}}"#, .variableASCII))
    let weights = root.groups[0]
    #expect(weights.name == "model_weights")
    #expect(weights.attributes.map(\.name) == ["layer_names", "backend", "keras_version"])
    #expect(weights.attributes[0].value == .strings(["lstm", "dropout"], .fixedASCII))
    #expect(weights.groups.map(\.name) == ["lstm", "dropout", "top_level_model_weights"])
    #expect(
      weights.groups[0].attributes[0].value
        == .strings(["lstm/lstm_cell/kernel", "lstm/lstm_cell/bias"], .fixedASCII))
    let cell = weights.groups[0].groups[0].groups[0]
    #expect(cell.name == "lstm_cell")
    #expect(cell.datasets.map(\.name) == ["kernel", "bias"])
    #expect(weights.groups[1].attributes[0].value == .strings([], .fixedASCII))
    #expect(layout.datasets.map(\.source) == [0, 1])
  }

  @Test func `a name with slashes is a group in groups`() throws {
    let root = try root(
      layout([
        .init(name: "conv1/conv", tensors: [try tensor("conv1/conv/kernel:0", 0)]),
        .init(name: "conv1", tensors: []), .init(name: "conv1/bn", tensors: []),
      ]))
    let group = root.groups[0].groups[0]
    #expect(group.name == "conv1")
    #expect(group.groups.map(\.name) == ["conv", "bn"])
    #expect(group.attributes.map(\.name) == ["weight_names"])
    #expect(group.groups[0].groups[0].groups[0].datasets.map(\.name) == ["kernel:0"])
  }

  /// `numpy.array_split` into the fewest parts of at most 64,512 bytes.
  @Test(arguments: [
    (100, 20, [100]), (3225, 20, [3225]), (3226, 20, [1613, 1613]), (7000, 20, [2334, 2333, 2333]),
  ])
  func `long lists of names are split as Keras splits them`(count: Int, width: Int, sizes: [Int]) throws {
    let names = (0..<count).map { index in
      let digits = String(index)
      return "l" + String(repeating: "0", count: width - 1 - digits.count) + digits
    }
    let root = try root(layout(names.map { .init(name: $0, tensors: []) }))
    let lists = root.groups[0].attributes.filter { $0.name.hasPrefix("layer_names") }
    if sizes.count == 1 {
      #expect(lists.map(\.name) == ["layer_names"])
    } else {
      #expect(lists.map(\.name) == sizes.indices.map { "layer_names\($0)" })
    }
    let parts = lists.compactMap { list -> [String]? in
      if case .strings(let names, _) = list.value { names } else { nil }
    }
    #expect(parts.map(\.count) == sizes)
    #expect(Array(parts.joined()) == names)
  }

  @Test(arguments: [
    ("model.h5", "h5"), ("model.hdf5", "h5"), ("MODEL.H5", "h5"), ("model.weights.h5", "weights.h5"),
    ("model.weights.hdf5", "h5"), ("model.txt", nil), ("h5", nil), ("model.keras", "keras"),
    ("model.weights.json", "weights.json"), ("model.json", nil),
  ])
  func `the name chooses the format`(name: String, format: String?) {
    #expect(LayoutCatalog.format(for: name)?.name == format)
  }

  @Test func `weights alone are what a whole model has inside`() throws {
    let contents = contents([.init(name: "dense", tensors: [try tensor("dense/kernel", 0)])])
    let options = LayoutOptions(fileName: "w.h5")
    let whole = try root(LegacyH5Layout.layout(of: contents, options)).groups[0]
    let alone = try root(LegacyWeightsH5Layout.layout(of: contents, options))
    #expect(alone.groups == whole.groups)
    #expect(alone.attributes.dropLast() == whole.attributes[...])
  }

  @Test func `a whole model needs its architecture`() throws {
    let contents = ContainerContents(
      modelConfig: nil, kerasVersion: "3.15.1", backend: nil, layers: .success([]), objects: .success([]),
      provenance: [])
    for format: any ContainerFormat.Type in [LegacyH5Layout.self, KerasArchiveLayout.self] {
      let error = #expect(throws: LayoutError.self) {
        try format.layout(of: contents, LayoutOptions(fileName: "m"))
      }
      #expect(error?.description.contains("architecture") == true)
    }
  }
}
