import Failures
package import KerasArchitecture
import Tensors
package import WeightFiles

/// Tensors of two files that go by the same name.
package struct TensorPair: Sendable, Hashable {
  package let name: String
  /// Their indices in the catalogs; `nil` where a file has none.
  package let first, second: Int?
}

extension TensorPair {
  /// Decides which tensor of one file is to be compared with which of another, and under what name.
  ///
  /// Files of one form are paired by names; others need the model's architecture, which either of them may
  /// have.
  ///
  /// - Parameters:
  ///   - first: a file.
  ///   - second: another file.
  ///   - model: the architecture's file, if it is named.
  ///   - inputShapes: shapes of inputs that the architecture lacks.
  ///   - reader: opens files.
  /// - Returns: the pairs in the order of the first file, then what only the second has.
  /// - Throws: if the architecture is needed and neither file has it, or a file is of another model.
  package static func pairs(
    _ first: WeightCatalog, _ second: WeightCatalog, model: InputSource?, inputShapes: [InputShape] = [],
    _ reader: FileReader
  ) throws(ModelFileError) -> [TensorPair] {
    let one = try StoredModel(
      first, model: model, inputShapes: inputShapes, allowsMismatch: model == nil, reader)
    let other = try StoredModel(
      second, model: model, inputShapes: inputShapes, allowsMismatch: model == nil, reader)
    return try pairs(one, other)
  }

  /// Decides which tensor of one file goes with which of another.
  ///
  /// - Parameters:
  ///   - one: a file, with its model as far as that is known.
  ///   - other: another file.
  /// - Returns: the pairs in the order of the first file, then what only the second has.
  /// - Throws: if the architecture is needed and neither file has it, or a file is of another model.
  static func pairs(_ one: StoredModel, _ other: StoredModel) throws(ModelFileError) -> [TensorPair] {
    let (first, second) = (one.catalog, other.catalog)
    if one.architecture == nil || other.architecture == nil, first.tree.form == second.tree.form {
      return pairs(first.namedTensors(), second.namedTensors(like: first))
    }
    // The one that knows its architecture lends it to the other.
    guard let architecture = one.architecture ?? other.architecture else {
      throw ModelFileError(
        .mismatch, in: nil,
        "\(first.name) is \(first.container.rawValue) and \(second.name) is \(second.container.rawValue): "
          + "the model's architecture is needed to compare them; pass --model ARCH")
    }
    if architecture.model.storedForm != nil, first.tree.form != second.tree.form {
      throw ModelFileError(
        .mismatch, in: nil,
        "\(first.name) is \(first.container.rawValue) and \(second.name) is \(second.container.rawValue), "
          + "and the description of the model does not contain its layers: which is which is not known")
    }
    func part(_ stored: StoredModel) throws(ModelFileError) -> ModelPart {
      if stored.architecture != nil { return ModelPart(stored) }
      do throws(StoredMismatch) {
        return ModelPart(architecture, try StoredMatch(architecture, stored.catalog.tree))
      } catch {
        throw ModelFileError(
          .mismatch, in: stored.catalog.name, "not of the same model: \(error)", cause: error)
      }
    }
    let (ours, theirs) = (try part(one), try part(other))
    let pairing = PartPairing(comparing: ours, theirs, architecture.generation)
    if let layer = pairing.unordered.first {
      throw ModelFileError(
        .mismatch, in: nil,
        "the order of the weights of \"\(layer)\", whose class is not of Keras, is not known: "
          + "\(first.name) is \(first.container.rawValue) and \(second.name) is \(second.container.rawValue)")
    }
    let taken = Set(pairing.sources.values)
    return ours.allWeights.map {
      TensorPair(name: $0.path, first: $0.id, second: pairing.sources[$0.id])
    }
      + theirs.allWeights.filter { !taken.contains($0.id) }.map {
        TensorPair(name: $0.path, first: nil, second: $0.id)
      }
  }

  private static func pairs(_ first: [NamedTensor], _ second: [NamedTensor]) -> [TensorPair] {
    let others = Dictionary(second.map { ($0.name, $0.index) }) { first, _ in first }
    let names = Set(first.map(\.name))
    return first.map { TensorPair(name: $0.name, first: $0.index, second: others[$0.name]) }
      + second.filter { !names.contains($0.name) }.map {
        TensorPair(name: $0.name, first: nil, second: $0.index)
      }
  }
}

/// A tensor of a file under a name that does not depend on who wrote the file.
private struct NamedTensor {
  let name: String
  let index: Int
}

extension WeightCatalog {
  /// Every tensor of the model.
  ///
  /// - Parameter reference: where it has a layer of the same name with the same shapes, the names are those
  ///   of that one: Keras goes by the order in a layer and names its parts differently from one run to the
  ///   next.
  /// - Returns: the tensors in the order of the file.
  fileprivate func namedTensors(like reference: WeightCatalog? = nil) -> [NamedTensor] {
    guard tree.form == .layerList else {
      return tree.objects.flatMap { object in
        object.tree.tensors.map { NamedTensor(name: "\(object.path)/\($0.name)", index: $0.index) }
      }
    }
    let others = reference?.tree.branches.flatMap(\.layers) ?? []
    let layerByName = Dictionary(others.map { ($0.name, $0) }) { first, _ in first }
    return tree.branches.flatMap(\.layers).flatMap { layer in
      let twin = layerByName[layer.name].flatMap {
        $0.tensors.map(\.shape) == layer.tensors.map(\.shape) ? $0 : nil
      }
      return zip(layer.tensors, (twin ?? layer).tensors).map { tensor, named in
        NamedTensor(name: Self.name(named.name, in: layer.name), index: tensor.index)
      }
    }
  }

  /// The name below its layer's. Some versions of Keras write more before it, the model or the layer, and
  /// some `:0` after it: `sequential/dense/kernel`, `dense/kernel:0` and `kernel` are one name in the layer
  /// `dense`.
  private static func name(_ weight: String, in layer: String) -> String {
    let parts = (weight.hasSuffix(":0") ? String(weight.dropLast(2)) : weight).split(separator: "/")
    let own = parts.firstIndex { $0 == layer }.map { parts[($0 + 1)...] } ?? parts[...]
    return ([layer[...]] + own).joined(separator: "/")
  }
}
