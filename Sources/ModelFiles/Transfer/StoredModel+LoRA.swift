import KerasArchitecture
import Tensors
import WeightFiles

extension StoredModel {
  /// The model with the trained matrices of LoRA added to the kernels, as Keras stores it in its own formats:
  /// `W + alpha / rank · A · B`.
  ///
  /// - Returns: the model itself if there is nothing to add.
  package func mergingLoRA() -> StoredModel {
    guard let architecture, let match else { return self }
    var merged = expressions
    for layer in architecture.model.allNodes {
      guard let scale = layer.loraScale else { continue }
      for kernel in layer.ownWeights {
        let matrices = ["a", "b"].compactMap { suffix in
          layer.ownWeights.first { $0.name == "lora_\(kernel.name)_\(suffix)" }
        }
        let parts = ([kernel] + matrices).compactMap { match.tensors[$0.creationIndex] }
        // A quantized kernel would have to be unpacked and packed again.
        guard parts.count == 3, merged[kernel.creationIndex] == nil, kernel.spec.dtype.isFloatingPoint,
          Set(parts.map(\.dtype)).count == 1, !isZero(parts[2].index)
        else { continue }
        let tensors = parts.map { TensorExpression<Int>.leaf($0.index, $0.shape) }
        let product = tensors[1].multiplied(by: tensors[2])
        guard product.shape == tensors[0].shape else { continue }
        merged[kernel.creationIndex] = tensors[0] + product.scaled(by: scale)
      }
    }
    return merged.count == expressions.count ? self : StoredModel(self, as: architecture, match, merged)
  }

  /// The names of layers whose kernels have the matrices of LoRA in them.
  package var mergedLayers: [String] {
    guard let architecture else { return [] }
    return architecture.model.allNodes.filter { layer in
      layer.loraScale != nil && layer.ownWeights.contains { expressions[$0.creationIndex] != nil }
    }.map(\.name)
  }
}
