internal import HDF5
import Tensors
import Text

extension TreeReader {
  /// Keras 1 and 2, and Keras 3's legacy files: a list of layers, each with a list of weights.
  mutating func layerList(_ group: borrowing HDF5Group) throws(HDF5Error) -> TensorTree {
    var layers: [TensorTree] = []
    for name in try listed("layer_names", in: group) {
      let count = externalCount
      guard try kind(of: name, in: group) == .group else {
        if externalCount > count { continue }
        throw group.failure("open the group", "there is no layer `\(name.clipped)`, which the file lists")
      }
      let layer = try group.openGroup(name)
      try visit(layer, depth: 0)
      var weights: [TensorTree.Tensor] = []
      for weight in try listed("weight_names", in: layer) {
        if let tensor = try tensor(weight, in: layer, form: .layerList) {
          weights.append(tensor)
        }
      }
      layers.append(TensorTree(form: .layerList, name: name, unit: name, tensors: weights, branches: []))
    }
    return TensorTree(
      form: .layerList, name: "", unit: "", tensors: [],
      branches: [TensorTree.Branch(attribute: "layers", isList: true, layers: layers)])
  }

  /// What a list of Keras's names; nothing, if the group has neither a list nor anything in it.
  private func listed(
    _ attribute: String, in group: borrowing HDF5Group
  ) throws(HDF5Error) -> [String] {
    if let names = try group.names(attribute) { return names }
    guard try group.links().isEmpty else {
      throw group.failure("read the group", "it has no attribute `\(attribute)`, the list that Keras reads")
    }
    return []
  }

  /// Keras 3: a group for each object, its variables in `vars`, the objects that it holds beside that. A
  /// group without `vars` is a list of objects.
  mutating func object(
    _ group: borrowing HDF5Group, unit: String, depth: Int
  ) throws(HDF5Error) -> TensorTree {
    try visit(group, depth: depth)
    var name = ""
    var own: [TensorTree.Tensor] = []
    var branches: [TensorTree.Branch] = []
    let members = try entries(group)
    let isOld = !members.contains { $0.name == "layers" }
    for (link, kind) in members {
      guard kind == .group else { throw misplaced(link, in: group) }
      let child = try group.openGroup(link)
      // As tf.keras 2.13 and 2.14 call the layers of a model.
      let attribute = isOld && link == "_layer_checkpoint_dependencies" ? "layers" : link
      if link == "vars" {
        if case .string(let text)? = try child.attribute("name") { name = text }
        for variable in try variableNames(child) {
          if let tensor = try tensor(variable, in: child, form: .objectTree) {
            own.append(tensor)
          }
        }
      } else if try self.kind(of: "vars", in: child) == .group || depth >= Self.depthLimit {
        let layer = try object(child, unit: link, depth: depth + 1)
        branches.append(TensorTree.Branch(attribute: attribute, isList: false, layers: [layer]))
      } else {
        var layers: [TensorTree] = []
        let elements = try entries(child)
        if let other = elements.first(where: { $0.kind != .group }) { throw misplaced(other.name, in: child) }
        for element in elements.map(\.name).sorted(by: HDF5Group.inNumericOrder) {
          layers.append(try object(child.openGroup(element), unit: element, depth: depth + 2))
        }
        branches.append(TensorTree.Branch(attribute: attribute, isList: true, layers: layers))
      }
    }
    return TensorTree(form: .objectTree, name: name, unit: unit, tensors: own, branches: branches)
  }

  /// The error of what is no group where Keras puts groups alone: a weight would be lost.
  private func misplaced(_ name: String, in group: borrowing HDF5Group) -> HDF5Error {
    group.failure(
      "list the group", "`\(name.clipped)` is in it, outside the group `vars` where Keras keeps weights")
  }

  /// Any other HDF5 file: every dataset is a tensor of the group that it is in.
  mutating func foreign(
    _ group: borrowing HDF5Group, path: String, depth: Int
  ) throws(HDF5Error) -> TensorTree {
    try visit(group, depth: depth)
    var own: [TensorTree.Tensor] = []
    var layers: [TensorTree] = []
    for (link, kind) in try entries(group) {
      switch kind {
      case .dataset:
        if let tensor = try tensor(link, in: group, form: .objectTree) { own.append(tensor) }
      case .group:
        let name = path.isEmpty ? link : "\(path)/\(link)"
        layers.append(try foreign(group.openGroup(link), path: name, depth: depth + 1))
      case .namedDatatype: break
      }
    }
    return TensorTree(
      form: .objectTree, name: path, unit: path, tensors: own,
      branches: layers.isEmpty ? [] : [TensorTree.Branch(attribute: "", isList: true, layers: layers)])
  }
}
