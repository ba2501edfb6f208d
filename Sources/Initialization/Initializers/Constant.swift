package import KerasArchitecture
import OrderedJSON
package import Tensors

/// `Constant`: a number, or an array that is stretched to the shape.
package struct Constant: Initializer {
  package static let names = ["Constant", "constant"]
  package static let isRandom = false

  private let array: ConstantArray

  package init(_ config: InitializerConfig) throws(ArchitectureError) {
    try config.allow(["value"])
    // Keras wraps an array in an object that also names its type.
    let value = config["value"]?["config"]?["value"] ?? config["value"] ?? 0
    guard let array = ConstantArray(value) else {
      throw config.error("`value` must be a number or an array of numbers")
    }
    self.array = array
  }

  package func incompatibility(with target: InitializerTarget) -> String? {
    array.isBroadcastable(to: target.shape.dimensions)
      ? nil : "a constant of shape \(Shape(array.sizes)) cannot be stretched to \(target.shape)"
  }

  package func source(for target: InitializerTarget, _ stream: RandomSource) -> TensorSource {
    if array.values.count == 1 {
      return .blocks(ConstantFiller(element: target.dtype.bytes(of: array.values[0])))
    }
    return .blocks(BroadcastFiller(array, target))
  }

  package func expectation(for target: InitializerTarget) -> ValueExpectation {
    let mean = array.values.reduce(0, +) / Double(max(1, array.values.count))
    guard array.values.contains(where: { $0 != array.values[0] }) else { return .constant(mean) }
    let variance = array.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(array.values.count)
    return ValueExpectation(family: .structured, mean: mean, standardDeviation: variance.squareRoot())
  }

  package var parameters: String {
    array.values.count == 1 ? "value=\(array.values[0])" : "value=array\(Shape(array.sizes))"
  }
}

/// An array that is stretched to a shape.
private struct BroadcastFiller: BlockFiller {
  private let array: ConstantArray
  private let sizes: [Int]
  /// How far an index along each axis moves in the array.
  private let strides: [Int]
  private let dtype: DType

  init(_ array: ConstantArray, _ target: InitializerTarget) {
    self.array = array
    sizes = target.shape.dimensions
    dtype = target.dtype
    var strides = [Int](repeating: 0, count: sizes.count)
    var stride = 1
    for (axis, size) in zip(sizes.indices.reversed(), array.sizes.reversed()) {
      strides[axis] = size == 1 ? 0 : stride
      stride *= size
    }
    self.strides = strides
  }

  func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
    unsafe bytes.withUnsafeMutableBytes { buffer in
      for (index, element) in range.enumerated() {
        var rest = element
        var place = 0
        for axis in sizes.indices.reversed() {
          place += rest % sizes[axis] * strides[axis]
          rest /= sizes[axis]
        }
        let encoded = dtype.bytes(of: array.values[place])
        for (offset, byte) in encoded.enumerated() { unsafe buffer[index * encoded.count + offset] = byte }
      }
    }
  }
}
