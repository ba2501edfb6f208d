import Tensors

/// The weights of `model.save_weights("model.weights.h5")` of Keras 3, and of tf.keras since 2.13.
///
/// ```
/// /vars                        the model's own weights; attribute `name`
/// /layers/<unit>/vars/0, 1 …   a layer's own weights; attribute `name` of `vars`
/// /layers/<unit>/<attribute>/vars          a layer that a layer holds
/// /layers/<unit>/<attribute>/<unit>/vars   one of a list of them
/// ```
///
/// Readers walk the model, not the file, and go by the paths alone.
package enum WeightsH5Layout: ContainerFormat {
  package static let name = "weights.h5"

  package static func matches(_ fileName: String) -> Bool { fileName.hasSuffix(".weights.h5") }

  package static func layout(
    of contents: ContainerContents, _ options: LayoutOptions
  ) throws(LayoutError) -> ContainerLayout {
    ContainerLayout(root: try root(of: contents))
  }

  /// The tree of objects.
  static func root(of contents: ContainerContents) throws(LayoutError) -> GroupLayout {
    var root = GroupLayout("/", attributes: contents.provenance.map(AttributeLayout.init))
    for object in try contents.objects.get() {
      let path: [Substring] = object.path.split(separator: "/") + ["vars"]
      root.update(at: path) { group in
        group.attributes.append(AttributeLayout("name", .string(object.name, .variableUTF8)))
        group.datasets = object.tensors.enumerated().map { index, tensor in
          DatasetLayout(
            name: tensor.givenName ?? String(index), spec: tensor.spec, source: tensor.source, isKeras3: true)
        }
      }
    }
    return root
  }
}
