import Tensors

/// A group of an HDF5 file and all that is in it.
package struct GroupLayout: Sendable, Hashable {
  package let name: String
  package var attributes: [AttributeLayout]
  package private(set) var groups: [GroupLayout] = []
  package var datasets: [DatasetLayout]
  /// Where each group is in the list.
  private var indices: [String: Int] = [:]

  package init(
    _ name: String, attributes: [AttributeLayout] = [], groups: [GroupLayout] = [],
    datasets: [DatasetLayout] = []
  ) {
    self.name = name
    self.attributes = attributes
    self.datasets = datasets
    for group in groups { append(group) }
  }

  var allDatasets: [DatasetLayout] { datasets + groups.flatMap(\.allDatasets) }

  mutating func append(_ group: GroupLayout) {
    indices[group.name] = groups.count
    groups.append(group)
  }

  /// Changes the group at a path, which is created if it is not there, as are those above it.
  mutating func update(at path: some Collection<Substring>, _ change: (inout GroupLayout) -> Void) {
    guard let first = path.first else {
      change(&self)
      return
    }
    let name = String(first)
    if indices[name] == nil { append(GroupLayout(name)) }
    groups[indices[name, default: 0]].update(at: path.dropFirst(), change)
  }

  /// Puts a dataset under a path.
  mutating func insert(_ spec: TensorSpec, source: Int, at path: [Substring]) {
    guard let name = path.last else { return }
    update(at: path.dropLast()) { group in
      group.datasets.append(DatasetLayout(name: String(name), spec: spec, source: source))
    }
  }
}
