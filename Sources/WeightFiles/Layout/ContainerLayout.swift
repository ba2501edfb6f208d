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

  /// Changes the group at a path, which is made if it is not there, as are those on the way.
  mutating func update(at path: some Collection<Substring>, _ change: (inout GroupLayout) -> Void) {
    guard let first = path.first else {
      change(&self)
      return
    }
    let index = groups.firstIndex { $0.name == first } ?? groups.count
    if index == groups.count { groups.append(GroupLayout(String(first))) }
    groups[index].update(at: path.dropFirst(), change)
  }

  /// Puts a dataset under a path.
  mutating func insert(_ spec: TensorSpec, source: Int, at path: [Substring]) {
    guard let name = path.last else { return }
    update(at: path.dropLast()) { group in
      group.datasets.append(DatasetLayout(name: String(name), spec: spec, source: source))
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

  /// How the values came to be.
  init(_ provenance: (name: String, value: ContainerContents.Provenance)) {
    switch provenance.value {
    case .text(let text): self.init(provenance.name, .string(text, .variableUTF8))
    case .number(let number): self.init(provenance.name, .unsigned(number))
    }
  }
}

package struct DatasetLayout: Sendable, Hashable {
  package let name: String
  package let spec: TensorSpec
  /// Which of the sources holds the values.
  package let source: Int
  /// Whether bfloat16 has the form of Keras 3's own formats, opaque bytes and an attribute that tells what they are;
  /// legacy readers cannot read that.
  package let isKeras3: Bool

  package init(name: String, spec: TensorSpec, source: Int, isKeras3: Bool = false) {
    self.name = name
    self.spec = spec
    self.source = source
    self.isKeras3 = isKeras3
  }
}
