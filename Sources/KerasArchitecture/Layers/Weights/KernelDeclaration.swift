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

  /// What an int4 kernel with scales for groups has; `nil` if it cannot have them.
  var groups: Groups?

  /// Groups of values along one axis that share a scale and a zero point.
  struct Groups {
    /// The size of the axis.
    let size: Int
    /// The size of the other axis, and whether it comes first in the shape of scales.
    let others: Int
    var areLast = false
    /// Whether a table tells the group of each index of the axis, and zero points are bytes.
    var hasIndex = true

    /// The shape of the scales of a number of groups.
    func shape(_ count: Int) -> [Int] { areLast ? [others, count] : [count, others] }
  }

  /// The number of bytes that hold a number of values, two in a byte.
  static func packed(_ size: Int) -> Int { CheckedSize(size).dividedRoundingUp(by: 2).value ?? size }
}
