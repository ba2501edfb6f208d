import OrderedJSON

/// The whole-model HDF5 file of `model.save("model.h5")`, which every Keras since 1.0 reads.
///
/// ```
/// /                model_config (JSON), keras_version, backend; training_config (JSON) if it was compiled
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
        "a whole-model file needs the model's architecture; without one, weights alone can be written",
        needsArchitecture: true)
    }
    let weights = try LegacyWeightsH5Layout.weights(of: contents, at: "model_weights")
    let text = config.pythonText()
    var attributes = [AttributeLayout("model_config", .string(text, .variableASCII))]
    if var training = contents.training {
      // The optimizer has another name here.
      if let optimizer = training["optimizer"] {
        training["optimizer"] = nil
        training["optimizer_config"] = optimizer
      }
      let text = JSONValue.object(training).pythonText()
      attributes.append(AttributeLayout("training_config", .string(text, .variableASCII)))
    }
    return ContainerLayout(
      root: GroupLayout(
        "/",
        attributes: attributes + LegacyWeightsH5Layout.modelOrigin(contents)
          + contents.provenance.map(AttributeLayout.init),
        groups: [weights]))
  }
}
