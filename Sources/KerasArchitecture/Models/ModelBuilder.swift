import Failures
import OrderedJSON
import Text

/// The construction of one model: makes its layers from their descriptions and records every step.
final class ModelBuilder: LayerFactory {
  let generation: KerasGeneration
  /// An existing file of the same model, for layers of unknown classes.
  let template: WeightTemplate?
  let log = ConstructionLog()
  private let isDescriptive: Bool
  private let dialect: any Dialect
  private var unnamedModelCount = 0
  /// The layers that a document may mean again, by the numbers that Keras 3 gives what is used twice.
  private var shared: [String: Layer] = [:]

  init(
    generation: KerasGeneration, dialect: any Dialect, template: WeightTemplate?, isDescriptive: Bool = false
  ) {
    self.isDescriptive = isDescriptive
    self.generation = generation
    self.dialect = dialect
    self.template = template
  }

  /// What the layers share. It holds the builder, which therefore does not keep it.
  var context: LayerContext {
    LayerContext(
      generation: generation, conventions: dialect, template: template, log: log,
      isDescriptive: isDescriptive, factory: self)
  }

  /// Makes another layer like one that was made, with steps of its own and no file to look into.
  func makeTwin(of layer: Layer) throws(ArchitectureError) -> Layer {
    guard let kind = LayerCatalog.kind(layer.config.className, of: generation) else {
      throw layer.place.error("wtool does not know this class", kind: .unsupported)
    }
    let config = LayerConfig(
      layer.config.translation, at: layer.config.pointer, layer.place,
      ModelBuilder(generation: generation, dialect: dialect, template: nil).context)
    return Layer(name: layer.name, className: layer.className, kind: try kind.init(config), config)
  }

  /// Makes the layer that an object describes, unless it says that it is one that was made before, as a layer
  /// that is used by itself and in a wrapper.
  func makeLayer(_ description: JSONValue, at pointer: JSONPointer) throws(ArchitectureError) -> Layer {
    guard generation.isKeras3, case .number(let number)? = description["shared_object_id"] else {
      return try makeNewLayer(description, at: pointer)
    }
    if let layer = shared[number.spelling] { return layer }
    let layer = try makeNewLayer(description, at: pointer)
    shared[number.spelling] = layer
    return layer
  }

  /// Makes the layer that an object describes, and builds it where Keras 3 does so at once.
  private func makeNewLayer(
    _ description: JSONValue, at pointer: JSONPointer
  ) throws(ArchitectureError) -> Layer {
    let description = try LayerDescription(description, at: pointer)
    let name = description.name ?? (description.isList ? nextModelName() : nil)
    var translation = try dialect.translate(
      className: description.className, config: description.config,
      LayerPlace(
        pointer: pointer,
        name: name ?? PythonNames.snakeCase(PythonNames.withoutPackage(description.className)),
        className: description.className))
    let kind = try kind(translation.className, of: description, name: name)
    translation.isList = description.isList
    if !kind.keepsDocumentClassName { translation.className = kind.canonicalName(translation.className) }
    // Documents of Keras 1, and classes that are not Keras's, are known by their own names.
    let keepsName = generation.family == .keras1 || kind.keepsDocumentClassName
    let place = LayerPlace(
      pointer: pointer,
      name: name ?? PythonNames.snakeCase(PythonNames.withoutPackage(translation.className)),
      className: keepsName ? description.className : translation.className)
    let config = LayerConfig(translation, at: pointer["config"], place, context)
    let index = log.nextLayerIndex(ofClass: place.className)
    let layer = Layer(
      name: place.name, className: place.className, kind: try kind.init(config), config, index: index)
    // Keras 3 builds a layer of its own form right after its constructor.
    if generation.isKeras3, description.module != nil, let call = description.recordedCall(of: place) {
      try layer.buildAsRecorded(call)
    }
    return layer
  }

  /// The name of a Sequential that has none: a list of layers has no room for it.
  private func nextModelName() -> String {
    unnamedModelCount += 1
    return "sequential_\(unnamedModelCount)"
  }

  private func kind(
    _ className: String, of description: LayerDescription, name: String?
  ) throws(ArchitectureError) -> any LayerKind.Type {
    if description.isOperation { return KerasOperation.self }
    if !description.isRegistered, let kind = LayerCatalog.kind(className, of: generation) { return kind }
    if template != nil { return StoredLayer.self }
    if isDescriptive { return DescribedLayer.self }
    let layer = name.map { "\"\($0.clipped)\" " } ?? ""
    let help = "--like FILE takes its weights from an existing file of the same model"
    let remedy =
      description.isRegistered
      ? "; \(help)"
      : NearestSpelling.hint(for: className, in: LayerCatalog.classNames, quote: "\"", otherwise: help)
    throw ArchitectureError(
      at: description.pointer["class_name"],
      "layer \(layer)has the class \"\(className.clipped)\", which wtool does not know\(remedy)",
      kind: .unsupported)
  }
}
