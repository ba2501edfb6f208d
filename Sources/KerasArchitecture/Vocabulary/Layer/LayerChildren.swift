/// The child layers in one attribute of a layer.
struct LayerChildren {
  let attribute: String
  let layers: [Layer]
  let isList: Bool

  init(_ attribute: String, _ layer: Layer) {
    self.attribute = attribute
    layers = [layer]
    isList = false
  }

  init(_ attribute: String, list: [Layer]) {
    self.attribute = attribute
    layers = list
    isList = true
  }
}
