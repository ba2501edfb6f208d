package import HDF5
package import Tensors

/// A container before a byte of it is written: its files, and what is in each.
package struct ContainerLayout: Sendable, Hashable {
  package let files: [FileLayout]

  package init(files: [FileLayout]) { self.files = files }

  /// A container that is one HDF5 file.
  package init(root: GroupLayout) { files = [FileLayout(name: nil, body: .hdf5(root))] }

  /// Every dataset, file by file, depth first.
  package var datasets: [DatasetLayout] { files.flatMap { $0.root?.allDatasets ?? [] } }
}

/// One file of a container.
package struct FileLayout: Sendable, Hashable {
  package enum Body: Sendable, Hashable {
    case hdf5(GroupLayout)
    /// A ZIP archive with an HDF5 file as its first member, and texts.
    case archive(member: String, GroupLayout, texts: [Text])
    case text(String)
  }

  package struct Text: Sendable, Hashable {
    package let name: String
    package let text: String
  }

  /// The file's name beside the container's; `nil` for the container's own file.
  package let name: String?
  package let body: Body

  /// The groups and datasets, if there are any.
  package var root: GroupLayout? {
    switch body {
    case .hdf5(let root), .archive(_, let root, _): root
    case .text: nil
    }
  }
}

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

  fileprivate var allDatasets: [DatasetLayout] { datasets + groups.flatMap(\.allDatasets) }

  mutating func append(_ group: GroupLayout) {
    indices[group.name] = groups.count
    groups.append(group)
  }

  /// Changes the group at a path, which is made if it is not there, as are those on the way.
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
