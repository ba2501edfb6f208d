/// What the layers of one model share while the model is constructed.
struct LayerContext {
  let generation: KerasGeneration
  let conventions: any WeightConventions
  /// An existing file of the same model, for layers of unknown classes.
  let template: WeightTemplate?
  let log: ConstructionLog
  /// The factory of child layers.
  let factory: any LayerFactory
}
