import SignalGraph
import Tensors

/// A Keras layer class: how it reads its configuration, which weights it creates and which shapes it returns.
///
/// A new layer is one type in `Layers` and its line in `LayerCatalog`. Most types need `classNames`, `init`,
/// `build`, `outputShapes` and `signal`; everything else has a default.
protocol LayerKind: SendableMetatype {
  // MARK: Names

  /// The class names it goes by in JSON, the canonical one first.
  static var classNames: [String] { get }

  /// Additional names that it went by in Keras 1 only.
  static var keras1ClassNames: [String] { get }

  /// Whether a layer keeps the class name of the document, which is not one of `classNames`.
  static var keepsDocumentClassName: Bool { get }

  // MARK: Construction

  /// Reads the configuration, in the order in which Keras's constructor makes initializers and seed
  /// generators.
  init(_ config: LayerConfig) throws(ArchitectureError)

  /// The layers that this one owns, in the order of their weights.
  var children: [LayerChildren] { get }

  /// Creates the weights for the inputs of a call, and builds the children.
  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError)

  /// The variables that the formats of Keras 3 store for the layer itself, in their order, out of all its
  /// own.
  func objectWeights(_ own: [WeightDeclaration]) -> [WeightDeclaration]

  /// What the weights of a layer of this kind mean; `nil` if they are what their names say in all versions.
  func meaning(of layer: Layer) -> WeightMeaning?

  /// The form of the file that has the layer's weights; `nil` for a layer of a known class.
  var storedForm: TensorTree.Form? { get }

  /// Whether it puts the features of sequences side by side, whose masks it then has to join.
  func joinsFeatures(of layer: Layer) -> Bool

  // MARK: Shapes

  /// The shapes that a call returns, one for each tensor.
  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape]

  /// Whether a shape that the document records for a result wins over `outputShapes`, as for Python code.
  var prefersRecordedShapes: Bool { get }

  /// The shape, with its batch axis, that an input layer declares; `nil` for any other layer.
  var inputShape: PartialShape? { get }

  /// The shapes of the inputs, with their batch axes, that a model declares; empty if it declares none.
  var defaultInputs: [PartialShape] { get }

  // MARK: Models and graphs

  /// How a model holds its layers; `nil` for a layer that is not a model.
  var modelForm: ModelForm? { get }

  /// The layers of all branches, one branch after the other; `nil` for a layer without branches.
  var flattenedBranches: [Layer]? { get }

  /// The branches and the layer that makes one of their outputs; `nil` for a layer without branches.
  var merging: (branches: [Layer], merge: Layer)? { get }

  /// Whether it is an operation in a graph, which Keras does not count among the layers.
  var isOperation: Bool { get }

  // MARK: Upgrades

  /// Turns the description of a layer of Keras 1 or 2, in whose fields nothing but names has changed, into
  /// that of Keras 3, and says what cannot be.
  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader)

  /// Turns the arguments of a call of such a layer into those of Keras 3.
  func upgrade(_ call: inout UpgradedCall, of layer: Layer, _ upgrader: ModelUpgrader)

  /// The operation of Keras 3 that does the same as a function of TensorFlow; `nil` if there is none.
  ///
  /// - Parameters:
  ///   - calls: its calls.
  ///   - inputs: the shape of the first tensor of each.
  ///   - results: the shape of the first result of each.
  ///   - layer: the layer that stands for it.
  /// - Returns: one operation, or some one after the other of which the last has the layer's name.
  func upgradedOperation(
    _ calls: [UpgradedCall], inputs: [PartialShape], results: [PartialShape], of layer: Layer
  ) -> [UpgradedOperation]?

  /// What a function of TensorFlow is called; `nil` for a layer.
  var functionName: String? { get }

  // MARK: Signals

  /// The effect of a call on the signal, step by step.
  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation]

  /// The recurrence of a cell, for one step; `nil` for any other layer, and for a cell with other kernels
  /// than those of Keras 3.
  func recurrence(_ call: LayerCall, _ layer: Layer) -> Recurrence?

  /// Appends the effect of a call on the signals that come in.
  ///
  /// - Parameters:
  ///   - call: the call and the nodes that come in.
  ///   - graph: the graph to append to.
  /// - Returns: the index of a node for each output of the call.
  /// - Throws: if the layers of a model cannot be called like that.
  func emitSignals(_ call: SignalCall, to graph: inout SignalGraph) throws(ArchitectureError) -> [Int]
}
