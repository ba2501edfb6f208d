package import Tensors

/// An existing weight file of the same model, which supplies the weights of layers of unknown classes.
package struct WeightTemplate: Sendable {
  /// The file's name, as the user wrote it.
  package let fileName: String
  package let root: TensorTree
  /// The mean of a tensor by its index in the file; `nil` if it cannot be read.
  let mean: @Sendable (Int) -> Double?

  package init(fileName: String, root: TensorTree, mean: @escaping @Sendable (Int) -> Double?) {
    self.fileName = fileName
    self.root = root
    self.mean = mean
  }

  /// The layer of a name, or else, where the file has no names, the one of a class and index.
  ///
  /// - Parameters:
  ///   - name: the layer's name.
  ///   - className: its Python class, without a package.
  ///   - index: its index among the layers of this class.
  /// - Returns: `nil` if the file has no such layer.
  func layer(_ name: String, className: String, index: Int) -> TensorTree? {
    let all = root.allLayers.dropFirst()
    let named = all.filter { $0.name == name }
    if named.count == 1 { return named[0] }
    let stem = PythonNames.snakeCase(className)
    if let one = named.first(where: { $0.unit == stem || $0.unit.hasPrefix("\(stem)_") }) { return one }
    if let first = named.first { return first }
    if root.form == .layerList { return inside(name, of: all) }
    let unit = index == 0 ? stem : "\(stem)_\(index)"
    return all.first { $0.name.isEmpty && $0.unit == unit }
  }

  /// The layer of a name, or else, where the file has no names, the one of a class at the same place among
  /// those of that class.
  ///
  /// - Parameters:
  ///   - name: the layer's name.
  ///   - className: its Python class.
  ///   - index: its index among the layers of that class in the document.
  ///   - count: how many the document has.
  /// - Returns: `nil` if the file has no such layer, or it cannot be told which one it is.
  func layer(_ name: String, className: String, index: Int?, of count: Int) -> TensorTree? {
    let all = root.allLayers.dropFirst()
    let named = all.filter { $0.name == name }
    guard named.isEmpty else { return named.count == 1 ? named[0] : nil }
    if root.form == .layerList { return inside(name, of: all) }
    // Siblings are numbered in their order: `dense`, `dense_1`.
    let stem = PythonNames.snakeCase(PythonNames.pythonClass(className))
    let siblings = root.branches.first { $0.attribute == "layers" }?.layers ?? []
    func isAlike(_ layer: TensorTree) -> Bool {
      layer.name.isEmpty && AutomaticName(layer.unit).base == stem
    }
    let unit = index.map { $0 == 0 ? stem : "\(stem)_\($0)" }
    guard all.count(where: isAlike) == count, siblings.count(where: isAlike) == count else { return nil }
    return siblings.first { $0.unit == unit }
  }

  /// An inner layer as the layers around it list it: the tensors with its name in their paths.
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
