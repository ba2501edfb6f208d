import OrderedJSON

/// The construction of one model, step by step: initializers and seed generators in the order in which Keras
/// makes them, and the number of weights created so far.
final class ConstructionLog {
  private(set) var events: [ConstructionEvent] = []
  private(set) var weightCount = 0
  private var storedLayerCounts: [String: Int] = [:]
  /// How many layers of each class the document has.
  private(set) var layerCounts: [String: Int] = [:]

  /// Appends a step.
  ///
  /// - Returns: a reference to it, for steps that make an initializer.
  @discardableResult
  func record(_ event: ConstructionEvent) -> InitializerReference {
    events.append(event)
    return InitializerReference(eventIndex: events.count - 1)
  }

  /// Records an initializer that a class fixes and no configuration names.
  func recordInitializer(
    _ name: String, config: JSONObject = JSONObject(), for place: LayerPlace
  ) -> InitializerReference {
    record(
      .initializer(
        InitializerDeclaration(className: name, config: config, place: place, pointer: place.pointer)))
  }

  /// Records a second initializer like an earlier one.
  func recordCopy(of initializer: InitializerReference) -> InitializerReference {
    record(events[initializer.eventIndex])
  }

  /// The index of the next weight in the order of creation.
  func nextWeightIndex() -> Int {
    defer { weightCount += 1 }
    return weightCount
  }

  /// The index of the next layer of a class, among those of that class in the whole document.
  func nextLayerIndex(ofClass className: String) -> Int {
    defer { layerCounts[className, default: 0] += 1 }
    return layerCounts[className, default: 0]
  }

  /// The index of the next layer of an unknown class, among those of that class.
  func nextStoredLayerIndex(ofClass className: String) -> Int {
    defer { storedLayerCounts[className, default: 0] += 1 }
    return storedLayerCounts[className, default: 0]
  }
}
