import Tensors

/// A plain kernel, with the shapes of the quantized one that may replace it.
struct KernelDeclaration {
  /// The variable's name, which begins the names of the others.
  var name = "kernel"
  var role = WeightRole.kernel
  var shape: [Int]
  var initializer: InitializerReference
  /// The rule for the fans, where that is not the general rule.
  var fans: FanRule?
  /// The shape of a kernel with two values in a byte.
  var packedShape: [Int]
  /// The shape of the scales of a quantized kernel.
  var scaleShape: [Int]

  /// The number of bytes that hold a number of values, two in a byte.
  static func packed(_ size: Int) -> Int { CheckedSize(size).dividedRoundingUp(by: 2).value ?? size }
}
