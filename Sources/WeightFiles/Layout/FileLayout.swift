/// One file of a container.
package struct FileLayout: Sendable, Hashable {
  package enum Body: Sendable, Hashable {
    case hdf5(GroupLayout)
    /// A ZIP archive with an HDF5 file as its first member, and others.
    case archive(member: String, GroupLayout, others: [Member])
    case text(String)
  }

  /// A member of an archive.
  package struct Member: Sendable, Hashable {
    package let name: String
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }

    package init(name: String, text: String) { self.init(name: name, bytes: Array(text.utf8)) }
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
