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

  /// A change that a layer makes to an initializer's values.
  package enum Transform: Sendable, Hashable {
    case none
    /// The square root, for a standard deviation that is initialized as a variance.
    case squareRoot
  }

  /// The origin of a weight of a layer of an unknown class in an existing file.
  package struct Stored: Sendable, Hashable {
    /// The weight's name in the file.
    package let name: String
    /// Whether its initializer is a guess, as no configuration declares it.
    package let isGuessed: Bool
  }

  /// The variable's own name: `kernel`, `moving_mean` …
  package let name: String
  package let spec: TensorSpec
  package let role: WeightRole
  /// Whether it was created trainable, which decides its index among the layer's weights.
  package let isCreatedTrainable: Bool
  /// Whether an optimizer would change it: false also in a frozen layer.
  package let isTrainable: Bool
  /// The variable's own flag, as it is when Keras has made the model of its description: a legacy file lists
  /// those of a model by it.
  let isMarkedTrainable: Bool
  /// Its index in the order in which the model's variables are created.
  package let creationIndex: Int
  package let stored: Stored?
  /// Whether a legacy file has a place for it: that of Keras 3 has none for what is no variable.
  package let isListed: Bool
  package let parts: [Part]

  /// Whether it is a matrix of LoRA. The formats of Keras 3 add the product of the two to the kernel that
  /// they store and leave the matrices out; Keras sets them to zero as it loads such a file.
  package var isMergedWhenSaved: Bool { stored == nil && name.hasPrefix("lora_") }

  /// The name of what look-up layers store beside their variables: inverse document frequencies.
  static let stateName = "idf_weights"

  /// Whether the formats of Keras 3 store it under its own name, beside the variables that they number.
  package var isNamedState: Bool { stored == nil && name == Self.stateName }
}
