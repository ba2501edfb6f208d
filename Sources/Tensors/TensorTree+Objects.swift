extension TensorTree {
  /// The tensors of each object of a tree by its path.
  package var tensorsByPath: [String: [Tensor]] {
    Dictionary(objects.map { ($0.path, $0.tree.tensors) }) { first, _ in first }
  }

  /// Every object of a tree with its path, each before those that it holds.
  package var objects: [(path: String, tree: TensorTree)] {
    func walk(_ tree: TensorTree, _ path: String) -> [(path: String, tree: TensorTree)] {
      [(path, tree)]
        + tree.branches.flatMap { branch in
          let attribute = path.isEmpty ? branch.attribute : "\(path)/\(branch.attribute)"
          return branch.layers.flatMap { walk($0, branch.isList ? "\(attribute)/\($0.unit)" : attribute) }
        }
    }
    return walk(self, "")
  }
}
