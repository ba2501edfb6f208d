/// A container before a byte of it is written: its files, and what is in each.
package struct ContainerLayout: Sendable, Hashable {
  package let files: [FileLayout]

  package init(files: [FileLayout]) { self.files = files }

  /// A container that is one HDF5 file.
  package init(root: GroupLayout) { files = [FileLayout(name: nil, body: .hdf5(root))] }

  /// Every dataset, file by file, depth first.
  package var datasets: [DatasetLayout] { files.flatMap { $0.root?.allDatasets ?? [] } }

  package var isArchive: Bool {
    files.contains { file in
      if case .archive = file.body { true } else { false }
    }
  }

  /// The names of the members of an archive beside the weights.
  package var memberNames: Set<String> {
    Set(
      files.flatMap { file -> [String] in
        if case .archive(_, _, let others) = file.body { others.map(\.name) } else { [] }
      })
  }
}
