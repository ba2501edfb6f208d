import ArgumentParser
import KerasArchitecture
import OrderedJSON
import Tensors
import WeightFiles

/// `wtool convert`: the same weights in another container.
struct Convert: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put the weights of a file, bit for bit, into another container.",
    discussion: """
      Between .h5 on one side and Keras 3's formats on the other the model's architecture is needed: the file's own, or \
      that of --model. With --model the result has that architecture: so an .h5 of Keras 2 that Keras 3 refuses becomes \
      one that it loads.

      Examples:
        wtool convert model.h5 model.weights.h5
        wtool convert model.keras model.h5
        wtool convert old.h5 new.keras --model arch.json
        wtool convert model.weights.h5 model.weights.json --max-shard-size 2
      """)

  @Argument(help: "The weight file, in any container; - for standard input.")
  var input: String

  @Argument(help: "The file to write, in any container; - for standard output.")
  var output: String

  @OptionGroup var model: ModelOption

  @OptionGroup var target: TargetOptions

  @Flag(name: .shortAndLong, help: "Print errors only.")
  var quiet = false

  func validate() throws { try target.check(output) }

  func run() async throws {
    try StandardInput.checkReadOnce(["the weight file": input, "--model": model.model])
    let catalog = try StoredModel.catalog(input)
    let stored = try StoredModel(catalog, model: model.model)
    let layout = try self.layout(stored)
    let sources = Dictionary(
      uniqueKeysWithValues: stored.sources.map { ($0.key, catalog.source(ofTensor: $0.value)) })
    let size = try await target.write(layout, sources, to: output, showsProgress: !quiet)
    guard !quiet else { return }
    if catalog.optimizerTensorCount > 0 {
      StandardError.write(
        "\(catalog.name): note: \(catalog.optimizerTensorCount) tensors of an optimizer are left out\n")
    }
    if let note = catalog.noteOfOtherDatasets { StandardError.write(note) }
    let parameters = Set(layout.datasets.map(\.source)).reduce(0) { total, source in
      total + (layout.datasets.first { $0.source == source }?.spec.elementCount ?? 0)
    }
    let line =
      "\(output == "-" ? "standard output" : output): \(sources.count) weights, \(Format.count(parameters)) parameters, "
      + "\(Format.bytes(Int(size)))\n"
    if output == "-" { StandardError.write(line) } else { try StandardOutput.write(line) }
  }

  /// The form of the result; without an architecture, an error also tells why there is none.
  private func layout(_ stored: StoredModel) throws(CommandFailure) -> ContainerLayout {
    do throws(CommandFailure) { return try target.layout(stored.contents, output) } catch {
      guard stored.architecture == nil, error.code == .unusable else { throw error }
      let reason = stored.objection.map { "; the file's own does not do: \($0)" } ?? ""
      throw CommandFailure("\(error.message) (--model names an architecture\(reason))", error.code)
    }
  }
}

extension StoredModel {
  /// The contents for another container; sources are numbered by `sources`.
  var contents: ContainerContents {
    guard let architecture, let match else { return contentsAsStored }
    let specs = match.tensors.compactMapValues {
      try? TensorSpec(path: $0.name, shape: $0.shape, dtype: $0.dtype)
    }
    return ContainerContents(
      architecture, backend: catalog.backend ?? "tensorflow", provenance: [], specs: specs)
  }

  /// For each number of a source, the number of a tensor.
  var sources: [Int: Int] {
    guard let match, architecture != nil else {
      return Dictionary(uniqueKeysWithValues: catalog.tensors.indices.map { ($0, $0) })
    }
    return match.tensors.mapValues(\.index)
  }

  /// Without an architecture a list of layers remains one, and a tree of objects too.
  private var contentsAsStored: ContainerContents {
    func tensors(_ tree: TensorTree) -> [ContainerContents.Tensor] {
      tree.tensors.map { .init(path: $0.name, spec: catalog.tensors[$0.index].spec, source: $0.index) }
    }
    let obstacle = LayoutError(
      "the model's architecture is needed to put \(catalog.container.rawValue) into this format"
    )
    let isList = catalog.tree.form == .layerList
    let layers = catalog.tree.branches.flatMap(\.layers).map {
      ContainerContents.Layer(name: $0.name, tensors: tensors($0))
    }
    let objects = catalog.tree.objects.map {
      ContainerContents.Object(path: $0.path, name: $0.tree.name, tensors: tensors($0.tree))
    }
    return ContainerContents(
      modelConfig: nil, kerasVersion: catalog.kerasVersion ?? "1.0", backend: catalog.backend,
      layers: isList ? .success(layers) : .failure(obstacle),
      objects: isList || catalog.container == .foreign ? .failure(obstacle) : .success(objects),
      provenance: [])
  }
}
