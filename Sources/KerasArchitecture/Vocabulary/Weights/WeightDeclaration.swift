package import Tensors

/// A variable that a layer creates.
package struct WeightDeclaration: Sendable, Hashable {
  /// A run of the weight's elements, in row-major order, that one call of an initializer fills.
  package struct Part: Sendable, Hashable {
    package let shape: Shape
    package let initializer: InitializerReference
    package let fans: FanRule
    package let transform: Transform
  }

  /// What a layer does to an initializer's values.
  package enum Transform: Sendable, Hashable {
    case none
    /// A standard deviation that is initialised as a variance.
    case squareRoot
  }

  /// What an existing file tells of a weight whose layer is not known.
  package struct Stored: Sendable, Hashable {
    /// What the file calls it.
    package let name: String
    /// Whether nothing declares its initializer.
    package let isGuessed: Bool
  }

  /// The variable's own name: `kernel`, `moving_mean` …
  package let name: String
  package let spec: TensorSpec
  package let role: WeightRole
  /// Whether it was created trainable: that decides its place among the layer's weights.
  package let isCreatedTrainable: Bool
  /// Whether an optimizer would change it: false also in a frozen layer.
  package let isTrainable: Bool
  /// Its number in the order in which the model's variables are created.
  package let creationIndex: Int
  package let stored: Stored?
  package let parts: [Part]
}
