/// What the layers of one model share while the model is constructed.
struct LayerContext {
  let generation: KerasGeneration
  let conventions: any WeightConventions
  /// An existing file of the same model, for layers of unknown classes.
  let template: WeightTemplate?
  let log: ConstructionLog
  /// Whether the model is read for its description alone: what is not known of shapes and classes is no
  /// error.
  var isDescriptive = false
  /// The factory of child layers.
  let factory: any LayerFactory
}
