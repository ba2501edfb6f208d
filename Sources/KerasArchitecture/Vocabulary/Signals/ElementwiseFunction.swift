import OrderedJSON
import SignalGraph
import Tensors

/// The effects on signals of elementwise functions that are not layers.
enum ElementwiseFunction {
  /// The effect of a function.
  ///
  /// - Parameters:
  ///   - name: its name in Keras and TensorFlow, in snake case and without a package.
  ///   - operands: tensors and numbers.
  /// - Returns: an opaque operation for a function that is not known.
  static func signal(_ name: String, _ operands: [ShapeStructure]) -> SignalOperation {
    let numbers = operands.compactMap { $0.plainValue?.doubleValue }
    let tensors = operands.flatMap(\.tensors)
    switch (name, numbers.first) {
    case ("add", let number?): return .affine(scale: 1, offset: number)
    case ("subtract", let number?):
      if case .tensor? = operands.first { return .affine(scale: 1, offset: -number) }
      return .affine(scale: -1, offset: number)
    case ("multiply", let number?): return .affine(scale: number, offset: 0)
    case ("divide", let number?), ("true_divide", let number?), ("truediv", let number?):
      guard case .tensor? = operands.first, number != 0 else { return .opaque }
      return .affine(scale: 1 / number, offset: 0)
    case ("negative", _), ("neg", _): return .affine(scale: -1, offset: 0)
    case ("abs", _), ("absolute", _): return .activation(.absolute)
    case ("square", _): return .activation(.square)
    case ("sin", _): return .activation(.sine)
    case ("cos", _): return .activation(.cosine)
    case ("add", nil), ("subtract", nil): return tensors.count > 1 ? .add : .opaque
    case ("multiply", nil): return tensors.count > 1 ? .multiply(repeats: []) : .opaque
    case ("reshape", _), ("transpose", _), ("squeeze", _), ("expand_dims", _), ("identity", _), ("cast", _):
      return .passThrough
    case ("linear", _): return .opaque
    default:
      let activation = Activation(kerasName: name)
      return activation == .unknown ? .opaque : .activation(activation)
    }
  }
}
