import KerasArchitecture
import OrderedJSON
import Tensors
import WeightFiles

/// A weight file together with the model that it is of, if that is known.
struct StoredModel {
  let catalog: WeightCatalog
  let architecture: Architecture?
  /// Which tensor is which weight; `nil` without an architecture.
  let match: StoredMatch?
  /// Why the architecture that the file brings along does not do.
  let objection: String?
  /// How the file differs from its architecture, named or its own, if it is not of that model.
  let mismatch: String?

  /// A file's catalogue.
  static func catalog(_ file: String) throws(CommandFailure) -> WeightCatalog {
    do throws(WeightFileError) {
      return try Crash.blaming(file) { () throws(WeightFileError) in try WeightCatalog.read(file) }
    } catch {
      throw CommandFailure(error.description, .unusable)
    }
  }

  /// - Parameters:
  ///   - catalog: the file's.
  ///   - model: the architecture's file; without one, the architecture is the file's own, if it has one that can be read.
  ///   - allowsMismatch: whether a file that is not of the named model is taken without one.
  /// - Throws: why a named architecture cannot be read or is of another model.
  init(
    _ catalog: WeightCatalog, model: String?, allowsMismatch: Bool = false
  ) throws(CommandFailure) {
    self.catalog = catalog
    if let model {
      let architecture = try ArchitectureInput(model, .init(like: catalog)).architecture
      do throws(StoredMismatch) {
        match = try StoredMatch(architecture, catalog.tree)
        (self.architecture, objection, mismatch) = (architecture, nil, nil)
      } catch {
        let reason = "not of the model in \(model): \(error)"
        guard allowsMismatch else { throw CommandFailure("\(catalog.name): \(reason)", .unusable) }
        (self.architecture, match, objection, mismatch) = (nil, nil, "it is of another model", reason)
      }
      return
    }
    // What a file says of itself is used as far as it fits.
    let own: Architecture
    do throws(CommandFailure) { own = try ArchitectureInput(of: catalog).architecture } catch {
      (architecture, match, objection, mismatch) = (nil, nil, error.message, nil)
      return
    }
    do throws(StoredMismatch) {
      match = try StoredMatch(own, catalog.tree)
      (architecture, objection, mismatch) = (own, nil, nil)
    } catch {
      (architecture, match) = (nil, nil)
      mismatch = "its weights are not of the model that it describes: \(error)"
      objection = "\(catalog.name): its weights are not of the model that it describes: \(error)"
    }
  }
}

extension WeightCatalog {
  /// A line about datasets that the file has but that are no weights.
  var noteOfOtherDatasets: String? {
    guard let first = otherDatasets.first else { return nil }
    let rest = otherDatasets.count > 1 ? " and \(otherDatasets.count - 1) more" : ""
    return "\(name): note: left out, as no tensors of numbers: \(first)\(rest)\n"
  }
}

// MARK: - Listing

extension StoredModel {
  /// What is known of one tensor.
  struct Row {
    /// Its number in the catalogue.
    let index: Int
    let layer: String
    let className: String?
    let name: String
    let role: WeightRole?
    let initializer: String?
  }

  /// Every tensor of the model, in the order of the file.
  func listing() -> [Row] {
    var known: [Int: (LayerNode, WeightDeclaration)] = [:]
    if let architecture, let match {
      for node in architecture.model.allNodes {
        for weight in node.ownWeights {
          if let tensor = match.tensors[weight.creationIndex] { known[tensor.index] = (node, weight) }
        }
      }
    }
    return catalog.tree.objects.flatMap { entry in
      let guesses = StoredGuess.guesses(entry.tree)
      return zip(entry.tree.tensors, guesses).map { tensor, guess in
        let layer = entry.tree.name.isEmpty ? entry.tree.unit : entry.tree.name
        guard let (node, weight) = known[tensor.index] else {
          return Row(
            index: tensor.index, layer: layer, className: nil, name: guess.name,
            role: catalog.container == .foreign ? nil : guess.role, initializer: nil)
        }
        let declaration = weight.parts.first.flatMap { architecture?.initializer($0.initializer) }
        return Row(
          index: tensor.index, layer: node.name, className: node.className, name: weight.name,
          role: weight.role,
          initializer: declaration?.className)
      }
    }
  }
}
