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
