package import OrderedJSON
import Tensors
import Text
import WeightFiles

/// The tensors of a weight file as a table for people and as JSON for programs.
package struct ListingReport: Sendable {
  private let catalog: WeightCatalog
  private let rows: [TensorListing.Row]

  package init(_ model: StoredModel) {
    catalog = model.catalog
    rows = TensorListing(model).rows
  }

  /// - Parameter width: the number of columns that a line may have; `nil` for any.
  /// - Returns: lines for people.
  package func text(width: Int?) -> String {
    var table = TextTable([
      ("path", .left), ("layer", .left), ("role", .left), ("shape", .left), ("dtype", .left),
      ("bytes", .right), ("storage", .left),
    ])
    for row in rows {
      let tensor = catalog.tensors[row.index]
      table.append([
        tensor.path, row.layer, row.role?.rawValue ?? "", tensor.spec.shape.description,
        tensor.spec.dtype.rawValue, NumberText.count(tensor.spec.byteCount), tensor.storage,
      ])
    }
    let bytes = rows.map { catalog.tensors[$0.index].spec.byteCount }.saturatingSum
    let version = catalog.kerasVersion.map { ", Keras \($0.safe)" } ?? ""
    let optimizer =
      catalog.optimizerTensorCount > 0 ? ", and \(catalog.optimizerTensorCount) of an optimizer" : ""
    return
      "\(catalog.name.safe): \(catalog.container.rawValue)\(version), \(rows.count) tensors\(optimizer), "
      + "\(NumberText.bytes(bytes))\n\n" + table.text(width: width)
      + catalog.assets.map { "\($0.name.safe): an asset, \(NumberText.bytes(Int(clamping: $0.byteCount)))\n" }
      .joined()
      + catalog.otherDatasets.map { "\($0.safe): no weight of the model\n" }.joined()
      + catalog.externals.map { "\($0.description.safe)\n" }.joined()
  }

  /// - Parameter digests: the SHA-256 of each tensor's values, by its index.
  /// - Returns: a document for programs.
  package func json(digests: [Int: String]) -> JSONValue {
    [
      "schema": "wtool-ls-1", "file": .string(catalog.name), "format": .string(catalog.container.rawValue),
      "keras_version": catalog.kerasVersion.map { .string($0) } ?? .null,
      "backend": catalog.backend.map { .string($0) } ?? .null,
      "optimizer_tensors": JSONValue(catalog.optimizerTensorCount),
      "assets": .array(
        catalog.assets.map { ["name": .string($0.name), "bytes": JSONValue(Int(clamping: $0.byteCount))] }),
      "other_datasets": .array(catalog.otherDatasets.map { .string($0) }),
      "tensors": .array(rows.map { json($0, digest: digests[$0.index]) }),
    ]
  }

  private func json(_ row: TensorListing.Row, digest: String?) -> JSONValue {
    let tensor = catalog.tensors[row.index]
    return [
      "path": .string(tensor.path), "layer": .string(row.layer),
      "class_name": row.className.map { .string($0) } ?? .null,
      "name": .string(row.name), "role": row.role.map { .string($0.rawValue) } ?? .null,
      "initializer": row.initializer.map { .string($0) } ?? .null,
      "shape": .array(tensor.spec.shape.dimensions.map { JSONValue($0) }),
      "dtype": .string(tensor.spec.dtype.rawValue), "bytes": JSONValue(tensor.spec.byteCount),
      "stored_bytes": JSONValue(Int(clamping: tensor.storedByteCount)),
      "storage": .string(tensor.storage), "sha256": digest.map { .string($0) } ?? .null,
    ]
  }
}
