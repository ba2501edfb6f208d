import Failures
package import KerasArchitecture
import OrderedJSON
import WeightFiles

extension StoredModel {
  /// Whether the file is of an older Keras, so that Keras 3 needs its description and weights in other forms.
  package var isUpgradable: Bool { architecture.map { !$0.generation.isKeras3 } ?? false }

  /// The model in Keras 3's form.
  ///
  /// - Parameter options: what the user decides.
  /// - Returns: the model, or `nil` in its place if something stands against it.
  /// - Throws: what is wrong with the stored description.
  package func upgraded(
    _ options: ModelUpgrade.Options
  ) throws(ModelFileError) -> (model: StoredModel?, upgrade: ModelUpgrade)? {
    guard let architecture, let match, !architecture.generation.isKeras3 else { return nil }
    let template = ArchitectureInput.template(of: catalog)
    let upgrade: ModelUpgrade
    let target: Architecture
    do throws(ArchitectureError) {
      upgrade = try ArchitectureReader.upgrade(
        architecture.document, of: architecture.generation, like: template, options)
      guard upgrade.obstacles.isEmpty else { return (nil, upgrade) }
    } catch {
      throw ModelFileError(error.kind, in: catalog.name, error.description, cause: error)
    }
    do throws(ArchitectureError) {
      target = try ArchitectureReader.read(upgrade.document, like: template)
    } catch {
      throw ModelFileError(
        .unsupported, in: catalog.name, "Keras 3 could not make the model: \(error)", cause: error)
    }
    let pairing = PartPairing(upgraded: ModelPart(target), from: ModelPart(architecture, match))
    guard let match = pairing.match(target, catalog) else {
      let missing = target.namedWeights.first { pairing.sources[$0.weight] == nil }
      throw ModelFileError(
        .unsupported, in: catalog.name,
        "what \(missing?.name ?? "a weight") of Keras 3 is made of was not found in the file")
    }
    return (StoredModel(self, as: target, match, pairing.expressions), upgrade)
  }
}
