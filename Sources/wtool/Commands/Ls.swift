import ArgumentParser
import KerasArchitecture
import OrderedJSON
import Tensors
import Text
import WeightFiles

/// `wtool ls`: the tensors of a weight file.
struct Ls: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the tensors of a weight file: path, layer, role, shape, dtype, bytes, storage.",
    discussion: """
      FILE is any container of Keras, whoever wrote it, or any other HDF5 file; - reads standard input. The JSON has a \
      hash of each tensor's values (SHA-256 of the elements in row-major order, little-endian).

      Examples:
        wtool ls model.h5
        wtool ls model.weights.h5 --model arch.json
        wtool ls model.keras --json | jq -r '.tensors[] | [.path, .sha256] | @tsv'
      """)

  @Argument(help: "The weight file.")
  var file: String

  @OptionGroup var model: ModelOption

  @Flag(name: .long, help: "Print JSON, with a hash of each tensor.")
  var json = false

  func run() async throws {
    try StandardInput.checkReadOnce(["the weight file": file, "--model": model.model])
    let catalog = try StoredModel.catalog(file)
    let stored = try StoredModel(catalog, model: model.model)
    let rows = stored.listing()
    if json {
      let hashes = try await Hashing.hashes(catalog)
      try StandardOutput.write(Self.json(catalog, rows, hashes).prettyText() + "\n")
    } else {
      try StandardOutput.write(Self.text(catalog, rows))
      if let note = catalog.noteOfOtherDatasets { StandardError.write(note) }
    }
  }

  private static func text(_ catalog: WeightCatalog, _ rows: [StoredModel.Row]) -> String {
    var table = TextTable([
      ("path", .left), ("layer", .left), ("role", .left), ("shape", .left), ("dtype", .left),
      ("bytes", .right),
      ("storage", .left),
    ])
    for row in rows {
      let tensor = catalog.tensors[row.index]
      table.append([
        tensor.path, row.layer, row.role?.rawValue ?? "", tensor.spec.shape.description,
        tensor.spec.dtype.rawValue,
        Format.count(tensor.spec.byteCount), tensor.storage,
      ])
    }
    let bytes = rows.reduce(0) { $0 + catalog.tensors[$1.index].spec.byteCount }
    let optimizer =
      catalog.optimizerTensorCount > 0 ? ", and \(catalog.optimizerTensorCount) of an optimizer" : ""
    return
      "\(catalog.name): \(catalog.container.rawValue)\(catalog.kerasVersion.map { ", Keras \($0)" } ?? ""), "
      + "\(rows.count) tensors\(optimizer), \(Format.bytes(bytes))\n\n" + table.text
  }

  private static func json(
    _ catalog: WeightCatalog, _ rows: [StoredModel.Row], _ hashes: [String]
  ) -> JSONValue {
    [
      "schema": "ls-1", "file": .string(catalog.name), "format": .string(catalog.container.rawValue),
      "keras_version": catalog.kerasVersion.map { .string($0) } ?? .null,
      "backend": catalog.backend.map { .string($0) } ?? .null,
      "optimizer_tensors": JSONValue(catalog.optimizerTensorCount),
      "other_datasets": .array(catalog.otherDatasets.map { .string($0) }),
      "tensors": .array(
        rows.map { row in
          let tensor = catalog.tensors[row.index]
          return [
            "path": .string(tensor.path), "layer": .string(row.layer),
            "class_name": row.className.map { .string($0) } ?? .null,
            "name": .string(row.name), "role": row.role.map { .string($0.rawValue) } ?? .null,
            "initializer": row.initializer.map { .string($0) } ?? .null,
            "shape": .array(tensor.spec.shape.dimensions.map { JSONValue($0) }),
            "dtype": .string(tensor.spec.dtype.rawValue), "bytes": JSONValue(tensor.spec.byteCount),
            "stored_bytes": JSONValue(Int(clamping: tensor.storedByteCount)),
            "storage": .string(tensor.storage),
            "sha256": .string(hashes[row.index]),
          ]
        }),
    ]
  }
}
