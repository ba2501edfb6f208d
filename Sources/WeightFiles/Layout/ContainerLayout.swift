package import HDF5
package import Tensors

/// A container before a byte of it is written: its groups, attributes and datasets.
package struct ContainerLayout: Sendable, Hashable {
  package var root: GroupLayout

  package init(root: GroupLayout) { self.root = root }

  /// Every dataset, depth first.
  package var datasets: [DatasetLayout] { root.allDatasets }
}

package struct GroupLayout: Sendable, Hashable {
  package let name: String
  package var attributes: [AttributeLayout]
  package var groups: [GroupLayout]
  package var datasets: [DatasetLayout]

  package init(
    _ name: String, attributes: [AttributeLayout] = [], groups: [GroupLayout] = [],
    datasets: [DatasetLayout] = []
  ) {
    self.name = name
    self.attributes = attributes
    self.groups = groups
    self.datasets = datasets
  }

  fileprivate var allDatasets: [DatasetLayout] { datasets + groups.flatMap(\.allDatasets) }

  /// Puts a dataset under a path, making the groups on the way.
  mutating func insert(_ spec: TensorSpec, source: Int, at path: some Collection<Substring>) {
    guard let first = path.first else { return }
    let rest = path.dropFirst()
    if rest.isEmpty {
      datasets.append(DatasetLayout(name: String(first), spec: spec, source: source))
    } else if let index = groups.firstIndex(where: { $0.name == first }) {
      groups[index].insert(spec, source: source, at: rest)
    } else {
      groups.append(GroupLayout(String(first)))
      groups[groups.count - 1].insert(spec, source: source, at: rest)
    }
  }
}

package struct AttributeLayout: Sendable, Hashable {
  package enum Value: Sendable, Hashable {
    case string(String, HDF5StringFormat)
    case strings([String], HDF5StringFormat)
    case unsigned(UInt64)
  }

  package let name: String
  package let value: Value

  package init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }
}

package struct DatasetLayout: Sendable, Hashable {
  package let name: String
  package let spec: TensorSpec
  /// Which of the sources holds the values.
  package let source: Int

  package init(name: String, spec: TensorSpec, source: Int) {
    self.name = name
    self.spec = spec
    self.source = source
  }
}
