import OrderedJSON

/// The `.keras` archive of Keras 3: a ZIP file of stored members.
///
/// ```
/// model.weights.h5   the tree of objects
/// metadata.json      keras_version, date_saved
/// config.json        the model's description
/// ```
///
/// Keras reads members by name; there must not be a fourth, or it looks for the vocabularies of look-up layers too. The
/// date is that of ZIP's own beginning, so that the same model is always the same file.
package enum KerasArchiveLayout: ContainerFormat {
  package static let name = "keras"

  package static func matches(_ fileName: String) -> Bool { fileName.hasSuffix(".keras") }

  package static func layout(
    of contents: ContainerContents, _ options: LayoutOptions
  ) throws(LayoutError) -> ContainerLayout {
    guard let config = contents.modelConfig else {
      throw LayoutError("a .keras archive needs the model's architecture: name it, or write weights only")
    }
    let metadata: JSONValue = [
      "keras_version": .string(contents.kerasVersion), "date_saved": "1980-01-01@00:00:00",
    ]
    return ContainerLayout(files: [
      FileLayout(
        name: nil,
        body: .archive(
          member: "model.weights.h5", try WeightsH5Layout.root(of: contents),
          texts: [
            .init(name: "metadata.json", text: metadata.pythonText()),
            .init(name: "config.json", text: config.pythonText()),
          ]))
    ])
  }
}
