import Failures
package import KerasArchitecture
import Tensors
package import WeightFiles

/// A weight file together with its model's architecture, where that is known.
package struct StoredModel: Sendable {
  package let catalog: WeightCatalog
  package let architecture: Architecture?
  /// Which tensor is which weight; `nil` without an architecture.
  package let match: StoredMatch?
  /// Why the architecture stored in the file cannot be used.
  package let unusableArchitecture: String?
  /// How the file differs from its architecture, named or stored, if it is not of that model.
  package let mismatch: String?

  /// - Parameters:
  ///   - catalog: the file's.
  ///   - model: the architecture's file; defaults to the architecture stored in the weight file, if it can be
  ///     read.
  ///   - allowsMismatch: whether a file that is not of the named model is taken without an architecture.
  ///   - reader: opens files.
  /// - Throws: why a named architecture cannot be read or is of another model.
  package init(
    _ catalog: WeightCatalog, model: InputSource?, allowsMismatch: Bool = false, _ reader: FileReader
  ) throws(ModelFileError) {
    self.catalog = catalog
    guard CheckedSize.sum(catalog.tensors.map(\.spec.byteCount)) != nil else {
      throw ModelFileError(
        .malformed, in: catalog.name,
        "the shapes of its \(catalog.tensors.count) tensors add up to more bytes than can be addressed; "
          + "expected fewer than 2^63; the file is damaged")
    }
    if let model {
      let architecture = try ArchitectureInput(model, .init(like: catalog), reader).architecture
      do throws(StoredMismatch) {
        match = try StoredMatch(architecture, catalog.tree)
        (self.architecture, unusableArchitecture, mismatch) = (architecture, nil, nil)
      } catch {
        if let own = Self.match(architecture, throughModelOf: catalog, reader) {
          (self.architecture, match, unusableArchitecture, mismatch) = (architecture, own, nil, nil)
          return
        }
        let reason = "not of the model in \(model.name): \(error)"
        guard allowsMismatch else { throw ModelFileError(.mismatch, in: catalog.name, reason, cause: error) }
        (self.architecture, match, unusableArchitecture) = (nil, nil, "it is of another model")
        mismatch = reason
      }
      return
    }
    // What a file says of itself is used as far as it fits; what cannot be read is an error.
    let document: ModelDocument
    do throws(ModelFileError) { document = try reader.document(of: catalog) } catch {
      guard error.kind == .notFound else { throw error }
      (architecture, match, unusableArchitecture, mismatch) = (nil, nil, error.description, nil)
      return
    }
    let own: Architecture
    do throws(ModelFileError) {
      own = try ArchitectureInput(catalog.name, document, .init(like: catalog)).architecture
    } catch {
      (architecture, match, unusableArchitecture, mismatch) = (nil, nil, error.description, nil)
      return
    }
    do throws(StoredMismatch) {
      match = try StoredMatch(own, catalog.tree, isOwn: true)
      (architecture, unusableArchitecture, mismatch) = (own, nil, nil)
    } catch {
      let reason = "its weights are not those of the model that it describes: \(error)"
      (architecture, match, mismatch) = (nil, nil, reason)
      unusableArchitecture = "\(catalog.name): \(reason)"
    }
  }

  /// Which tensor is which weight of a model, by the architecture that the file itself has: it knows which
  /// layers were frozen when it was written.
  ///
  /// - Returns: `nil` if the file has none, or is of another model.
  private static func match(
    _ architecture: Architecture, throughModelOf catalog: WeightCatalog, _ reader: FileReader
  ) -> StoredMatch? {
    guard catalog.hasArchitecture,
      let own = try? StoredModel(catalog, model: nil, reader), own.architecture != nil
    else { return nil }
    let parts = ModelPart(architecture)
    let pairing = PartPairing(comparing: parts, ModelPart(own), architecture.generation)
    let tensors = Dictionary(catalog.tree.allTensors.map { ($0.index, $0) }) { first, _ in first }
    var result: [Int: TensorTree.Tensor] = [:]
    for weight in parts.allWeights {
      guard let index = pairing.sources[weight.id], let tensor = tensors[index], tensor.shape == weight.shape
      else { return nil }
      result[weight.id] = tensor
    }
    return result.count == tensors.count ? StoredMatch(result) : nil
  }
}
