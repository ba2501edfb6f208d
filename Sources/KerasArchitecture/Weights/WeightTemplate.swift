package import Tensors

/// A weight file of the same model, which tells the weights of layers that wtool does not know.
package struct WeightTemplate: Sendable {
  /// What the user calls the file.
  package let fileName: String
  package let root: TensorTree
  /// The mean of a tensor of the file, by its number; `nil` if it cannot be told.
  let mean: @Sendable (Int) -> Double?

  package init(fileName: String, root: TensorTree, mean: @escaping @Sendable (Int) -> Double?) {
    self.fileName = fileName
    self.root = root
    self.mean = mean
  }

  /// The layer of that name, or else, where the file does not tell names, the one of that class and number.
  ///
  /// - Parameters:
  ///   - name: the layer's.
  ///   - className: its Python class, without a package.
  ///   - number: how many layers of this class came before it.
  /// - Returns: `nil` if the file has no such layer.
  func layer(_ name: String, className: String, number: Int) -> TensorTree? {
    let all = root.allLayers.dropFirst()
    let named = all.filter { $0.name == name }
    if named.count == 1 { return named[0] }
    let stem = PythonNames.snakeCase(className)
    if let one = named.first(where: { $0.unit == stem || $0.unit.hasPrefix("\(stem)_") }) { return one }
    if let first = named.first { return first }
    if root.form == .layerList { return inside(name, of: all) }
    let unit = number == 0 ? stem : "\(stem)_\(number)"
    return all.first { $0.name.isEmpty && $0.unit == unit }
  }

  /// What the layers around it list of an inner layer: the tensors with its name in their paths.
  private func inside(_ name: String, of layers: some Sequence<TensorTree>) -> TensorTree? {
    for layer in layers {
      let tensors = layer.tensors.compactMap { tensor -> TensorTree.Tensor? in
        let parts = tensor.name.split(separator: "/").map(String.init)
        guard parts.dropLast().contains(name) else { return nil }
        return tensor
      }
      if !tensors.isEmpty {
        return TensorTree(form: .layerList, name: name, unit: name, tensors: tensors, branches: [])
      }
    }
    return nil
  }
}
