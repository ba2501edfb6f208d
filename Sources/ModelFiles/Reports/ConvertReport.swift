package import OrderedJSON
import Tensors
import Text
package import WeightFiles

/// What a conversion wrote, and what it left out.
package struct ConvertReport: Sendable {
  private let catalog: WeightCatalog
  private let layout: ContainerLayout
  private let destination: OutputDestination
  private let byteCount: Int64
  /// Whether it is left out how the model was compiled.
  private let losesTraining: Bool
  /// What layers store beside their weights and the result does not.
  private let state: [String]

  package init(
    of catalog: WeightCatalog, _ layout: ContainerLayout, to destination: OutputDestination, byteCount: Int64,
    losesTraining: Bool, state: [String]
  ) {
    self.state = state
    self.losesTraining = losesTraining
    self.catalog = catalog
    self.layout = layout
    self.destination = destination
    self.byteCount = byteCount
  }

  /// What the file has that was not converted, one line each.
  package var notes: [String] {
    let optimizer = catalog.optimizerTensorCount
    return
      (optimizer > 0
      ? ["\(catalog.name.safe): note: left out: \(NumberText.counted(optimizer, "tensor")) of an optimizer\n"]
      : [])
      + (losesTraining
        ? [
          "\(catalog.name.safe): note: left out: how the model was compiled (optimizer, losses, metrics)\n"
        ] : [])
      + [catalog.noteOfOtherDatasets].compactMap(\.self)
      + state.map {
        "\(catalog.name.safe): note: left out, as only the formats of Keras 3 hold it: \($0.safe)\n"
      }
      + catalog.assets.filter { !layout.memberNames.contains($0.name) }.map {
        "\(catalog.name.safe): note: left out, as only a .keras archive of the same model holds it: "
          + "\($0.name.safe)\n"
      }
  }

  /// A line about kernels that have the matrices of LoRA in them now.
  package func note(ofMerged layers: [String]) -> String? {
    guard let first = layers.first else { return nil }
    let rest = layers.count > 1 ? " and \(layers.count - 1) more" : ""
    return
      "\(catalog.name.safe): note: the matrices of LoRA are added to the kernels, "
      + "as Keras does in this format: \(first.safe)\(rest)\n"
  }

  /// What was written and left out, for machines.
  ///
  /// - Parameters:
  ///   - upgrade: what an upgrade to Keras 3 changed; `nil` if there was none.
  ///   - withoutVocabulary: the look-up layers that have none in the result.
  /// - Returns: an object of the schema `wtool-convert-1`.
  package func json(_ upgrade: UpgradeReport?, withoutVocabulary: [String]) -> JSONValue {
    [
      "schema": "wtool-convert-1", "source": .string(catalog.name), "output": .string(destination.name),
      "weights": JSONValue(elementCounts.count), "parameters": JSONValue(elementCounts.values.saturatingSum),
      "bytes": JSONValue(Int(clamping: byteCount)), "upgrade": upgrade?.json ?? .null,
      "without_vocabulary": .array(withoutVocabulary.map { .string($0) }),
      "left_out": [
        "optimizer_tensors": JSONValue(catalog.optimizerTensorCount),
        "training_config": .bool(losesTraining),
        "datasets": .array(catalog.otherDatasets.map { .string($0) }),
        "state": .array(state.map { .string($0) }),
        "assets": .array(
          catalog.assets.map(\.name).filter { !layout.memberNames.contains($0) }.map { .string($0) }),
      ],
    ]
  }

  /// A source may be written at several places, but it is one weight.
  private var elementCounts: [Int: Int] {
    var counts: [Int: Int] = [:]
    for dataset in layout.datasets { counts[dataset.source] = dataset.spec.elementCount }
    return counts
  }

  package var text: String {
    let elementCounts = elementCounts
    let parameters = elementCounts.values.saturatingSum
    return
      "\(destination.name.safe): \(elementCounts.count) weights, \(NumberText.count(parameters)) parameters, "
      + "\(NumberText.bytes(Int(byteCount)))\n"
  }
}

extension WeightCatalog {
  /// A line about the datasets that the file holds beside its weights; `nil` if there are none.
  package var noteOfOtherDatasets: String? {
    guard let first = otherDatasets.first else { return nil }
    let rest = otherDatasets.count > 1 ? " and \(otherDatasets.count - 1) more" : ""
    return "\(name.safe): note: left out, no weights of the model: \(first.safe)\(rest)\n"
  }
}
