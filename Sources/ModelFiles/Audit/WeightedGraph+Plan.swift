package import Initialization
import KerasArchitecture
import RandomStreams
import Tensors
package import WeightAudit

extension WeightedGraph {
  /// What the rules see of a planned model.
  package init(_ plan: WeightPlan, inputDeviation: Double = 1) {
    var weights: [Int: Weight] = [:]
    for layer in plan.architecture.layers {
      let paths = WeightPaths(of: layer, generation: .keras3)
      for declaration in layer.weights {
        guard let planned = plan.weight(declaration) else { continue }
        // A drawn seed cannot meet another one but by chance.
        let declared = planned.parts.first.flatMap { $0.isSeedDrawn ? nil : $0.seed }
        // Keras creates the integers of a quantized kernel as zeros, whatever is loaded into them later.
        let isQuantized = !declaration.spec.dtype.isFloatingPoint
        weights[declaration.creationIndex] = Weight(
          name: paths[declaration], layer: layer.name, shape: declaration.spec.shape,
          isKernel: declaration.role.connectsUnits && !declaration.spec.dtype.isPlainInteger,
          isTrainable: declaration.isTrainable,
          values: .declared(
            isQuantized && declaration.role.isTable ? nil : planned.expectation,
            stream: declared.map { "\($0.seed)/\($0.counter)/\(declaration.spec.dtype)" }))
      }
    }
    self.init(graph: plan.architecture.signals, weights: weights, inputDeviation: inputDeviation)
  }
}
