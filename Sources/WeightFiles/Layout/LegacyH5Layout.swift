import OrderedJSON

/// The whole-model HDF5 file of `model.save("model.h5")`, which every Keras since 1.0 reads.
///
/// ```
/// /                model_config (JSON), keras_version, backend
/// /model_weights   what a file of weights alone has at its root
/// ```
package enum LegacyH5Layout: ContainerFormat {
  package static let name = "h5"

  package static func matches(_ fileName: String) -> Bool {
    !fileName.hasSuffix(".weights.h5") && [".h5", ".hdf5"].contains { fileName.hasSuffix($0) }
  }

  package static func layout(
    of contents: ContainerContents, _ options: LayoutOptions
  ) throws(LayoutError) -> ContainerLayout {
    guard let config = contents.modelConfig else {
      throw LayoutError(
        "a whole-model file needs the model's architecture; without one, weights alone can be written")
    }
    let weights = try LegacyWeightsH5Layout.weights(of: contents, at: "model_weights")
    let text = config.pythonText()
    let attributes = [AttributeLayout("model_config", .string(text, .variableASCII))]
    return ContainerLayout(
      root: GroupLayout(
        "/",
        attributes: attributes + LegacyWeightsH5Layout.modelOrigin(contents)
          + contents.provenance.map(AttributeLayout.init),
        groups: [weights]))
  }
}
