import Text

/// The HDF5 file of weights alone of `model.save_weights("weights.h5")` in Keras 1 and 2, which Keras 3 reads
/// too.
///
/// ```
/// /          layer_names, keras_version, backend
/// /<layer>   weight_names: paths of datasets below this group
/// /top_level_model_weights   weight_names, empty
/// ```
///
/// Readers match layers and weights by the order of these lists; names only have to be distinct. Without
/// `keras_version` Keras 2 takes a file for one of Keras 1 and converts kernels, so it is always there but in
/// those.
package enum LegacyWeightsH5Layout: ContainerFormat {
  package static let name = "h5-weights"

  /// Its files are called like those of whole models.
  package static func matches(_ fileName: String) -> Bool { false }

  /// The largest array of names that Keras puts into one attribute: object headers end at 64 KiB.
  static let attributeByteLimit = 64512

  package static func layout(
    of contents: ContainerContents, _ options: LayoutOptions
  ) throws(LayoutError) -> ContainerLayout {
    var root = try weights(of: contents, at: "/")
    root.attributes += contents.provenance.map(AttributeLayout.init)
    return ContainerLayout(root: root)
  }

  /// The group that holds the lists and the layers.
  static func weights(
    of contents: ContainerContents, at name: String
  ) throws(LayoutError) -> GroupLayout {
    let layers = try contents.layers.get()
    try checkNames(layers)
    var weights = GroupLayout(
      name, attributes: names("layer_names", layers.map(\.name)) + origin(contents, .variableASCII))
    for layer in layers {
      // tf.keras allows names with slashes, whose groups lie in one another.
      weights.update(at: layer.name.split(separator: "/")) { group in
        group.attributes += names("weight_names", layer.tensors.map(\.path))
        for tensor in layer.tensors {
          group.insert(tensor.spec, source: tensor.source, at: tensor.path.split(separator: "/"))
        }
      }
    }
    if !isKeras1(contents) {
      weights.append(GroupLayout(topLevelName, attributes: names("weight_names", [])))
    }
    return weights
  }

  /// Which Keras a whole model is of.
  static func modelOrigin(_ contents: ContainerContents) -> [AttributeLayout] {
    isKeras1(contents) ? [version(contents, .variableASCII)] : origin(contents, .variableUTF8)
  }

  /// Which Keras the weights are of. Files of Keras 1 do not say so beside the weights, and Keras 2 takes
  /// them for what they are by that.
  private static func origin(
    _ contents: ContainerContents, _ format: StringForm
  ) -> [AttributeLayout] {
    if isKeras1(contents) { return [] }
    return [contents.backend.map { AttributeLayout("backend", .string($0, format)) }].compactMap { $0 }
      + [version(contents, format)]
  }

  private static func version(_ contents: ContainerContents, _ format: StringForm) -> AttributeLayout {
    AttributeLayout("keras_version", .string(contents.kerasVersion, format))
  }

  private static func isKeras1(_ contents: ContainerContents) -> Bool {
    contents.kerasVersion.hasPrefix("1.")
  }

  /// The group of weights that belong to no layer.
  private static let topLevelName = "top_level_model_weights"

  private static func checkNames(_ layers: [ContainerContents.Layer]) throws(LayoutError) {
    for layer in layers {
      guard layer.name != topLevelName, layer.name != "." else {
        throw LayoutError("the h5 format cannot hold a layer called \"\(layer.name)\"")
      }
      for name in [layer.name] + layer.tensors.map(\.path) where name.utf8.count > attributeByteLimit {
        throw LayoutError(
          "the h5 format cannot hold the name \"\(name.clipped)\" of \(name.utf8.count) bytes; "
            + "at most \(attributeByteLimit) fit")
      }
    }
  }

  /// A list of names in one attribute, or in as few numbered ones as hold it: `layer_names0`, `layer_names1`
  /// …
  private static func names(_ attribute: String, _ names: [String]) -> [AttributeLayout] {
    let width = max(1, names.map(\.utf8.count).max() ?? 1)
    guard names.count * width > attributeByteLimit else {
      return [AttributeLayout(attribute, .strings(names, .fixedASCII))]
    }
    var chunkCount = 1
    while true {
      chunkCount += 1
      let chunks = split(names, into: chunkCount)
      let fits = chunks.allSatisfy { chunk in
        chunk.count * width <= attributeByteLimit
      }
      if fits || chunkCount >= names.count {
        return chunks.enumerated().map { index, chunk in
          AttributeLayout("\(attribute)\(index)", .strings(chunk, .fixedASCII))
        }
      }
    }
  }

  /// As `numpy.array_split`: the first parts get one more where the parts cannot be equal.
  private static func split(_ names: [String], into count: Int) -> [[String]] {
    let (size, remainder) = names.count.quotientAndRemainder(dividingBy: count)
    var start = 0
    return (0..<count).map { part in
      let end = start + size + (part < remainder ? 1 : 0)
      defer { start = end }
      return Array(names[start..<end])
    }
  }
}
