import Tensors
import Text
package import WeightFiles

/// What a conversion wrote, and what it left out.
package struct ConvertReport: Sendable {
  private let catalog: WeightCatalog
  private let layout: ContainerLayout
  private let destination: OutputDestination
  private let byteCount: Int64

  package init(
    of catalog: WeightCatalog, _ layout: ContainerLayout, to destination: OutputDestination, byteCount: Int64
  ) {
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
      + (catalog.hasTrainingConfig
        ? ["\(catalog.name.safe): note: left out: how the model was compiled (`training_config`)\n"] : [])
      + [catalog.noteOfOtherDatasets].compactMap(\.self)
      + catalog.assets.filter { !layout.memberNames.contains($0.name) }.map {
        "\(catalog.name.safe): note: left out, as only a .keras archive of the same model holds it: "
          + "\($0.name.safe)\n"
      }
  }

  package var text: String {
    // A source may be written at several places, but it is one weight.
    var elementCounts: [Int: Int] = [:]
    for dataset in layout.datasets { elementCounts[dataset.source] = dataset.spec.elementCount }
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
