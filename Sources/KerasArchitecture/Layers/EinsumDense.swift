import OrderedJSON
import SignalGraph
import Tensors

/// An equation such as `abc,cd->abd`: how an input and a kernel are multiplied.
struct EinsumEquation {
  private let input, kernel, output: [Character]
  private enum Ellipsis { case none, left, right }
  private let ellipsis: Ellipsis

  /// `nil` for what is not of the forms that Keras takes: one input, one kernel, at most one `...` at either end.
  init?(_ text: String) {
    let sides = text.filter { $0 != " " }.replacing("...", with: "0").split(separator: "->").map(String.init)
    guard sides.count == 2 else { return nil }
    let operands = sides[0].split(separator: ",").map(String.init)
    guard operands.count == 2 else { return nil }
    ellipsis = operands[0].hasPrefix("0") ? .left : operands[0].hasSuffix("0") ? .right : .none
    input = operands[0].filter { $0 != "0" }
    kernel = Array(operands[1])
    output = sides[1].filter { $0 != "0" }
    let letters = input + kernel + output
    guard !input.isEmpty, !kernel.isEmpty, letters.allSatisfy({ $0.isLetter }),
      Set(input).count == input.count, Set(kernel).count == kernel.count,
      kernel.allSatisfy({ input.contains($0) || output.contains($0) })
    else { return nil }
  }

  /// What an equation makes of shapes.
  struct Result {
    let output: PartialShape
    let kernel: [Int]
    let bias: [Int]?
    let fanAxes: FanAxes
    /// The number of products in each output value.
    let fanIn: Int
    let units: Int
  }

  /// - Parameters:
  ///   - call: whose input is multiplied.
  ///   - sizes: the output's shape without the batch, as far as it is declared.
  ///   - biasAxes: the letters of the bias; `nil` for none.
  ///   - infers: whether sizes that are not declared are the input's, as far as it has them.
  /// - Returns: every shape that follows.
  /// - Throws: if a size is unknown or an axis missing.
  func result(
    _ call: LayerCall, outputSizes sizes: [Int?], biasAxes: String?, infers: Bool
  ) throws(ArchitectureError) -> Result {
    let shape = try call.input
    let elided = shape.rank - input.count
    guard elided == 0 || (elided > 0 && ellipsis != .none) else {
      throw call.error("the equation wants \(input.count) axes; the input's shape is \(shape)")
    }
    var out = outputDimensions(shape, sizes, elided)
    guard out.count == output.count + elided else {
      throw call.error("`output_shape` does not fit the equation and the input's shape \(shape)")
    }
    let shift = ellipsis == .left ? elided : 0
    for (place, letter) in output.enumerated() where infers && out[place + shift] == nil {
      out[place + shift] = input.firstIndex(of: letter).flatMap { shape.dimensions[$0 + shift] }
    }
    func size(_ letter: Character) throws(ArchitectureError) -> Int {
      if let place = output.firstIndex(of: letter) {
        guard let size = out[place + shift] else {
          throw call.error("axis \"\(letter)\" of `output_shape` must have a known size")
        }
        return size
      }
      guard let place = input.firstIndex(of: letter), let size = shape.dimensions[place + shift] else {
        throw call.error("axis \"\(letter)\" of the input must have a known size; found the shape \(shape)")
      }
      return size
    }
    var kernelSizes: [Int] = []
    for letter in kernel { kernelSizes.append(try size(letter)) }
    let outer = kernel.indices.filter { output.contains(kernel[$0]) }
    let inner = kernel.indices.filter { !output.contains(kernel[$0]) }
    var bias: [Int]?
    if let biasAxes {
      guard let first = output.firstIndex(where: { biasAxes.contains($0) }),
        biasAxes.allSatisfy({ output.contains($0) })
      else { throw call.error("`bias_axes` must be letters of the equation's output; found \"\(biasAxes)\"") }
      var sizes: [Int] = []
      for letter in output[first...] { sizes.append(biasAxes.contains(letter) ? try size(letter) : 1) }
      bias = sizes + Array(repeating: 1, count: ellipsis == .left ? 0 : elided)
    }
    return Result(
      output: PartialShape(out), kernel: kernelSizes, bias: bias,
      fanAxes: FanAxes(input: Array(inner), output: Array(outer)),
      fanIn: CheckedSize.product(inner.map { kernelSizes[$0] }) ?? .max,
      units: CheckedSize.product(outer.map { kernelSizes[$0] }) ?? .max)
  }

  private func outputDimensions(_ shape: PartialShape, _ sizes: [Int?], _ elided: Int) -> [Int?] {
    switch ellipsis {
    case .left: [shape.batch] + shape.dimensions[1..<max(1, elided)] + sizes + []
    case .right, .none: [shape.batch] + sizes + shape.dimensions.suffix(elided)
    }
  }

  /// The kernel as a matrix: what is summed over by what is not.
  func matrix(_ sizes: [Int]) -> (rows: Int, columns: Int) {
    func product(_ isOutput: Bool) -> Int {
      CheckedSize.product(kernel.indices.filter { output.contains(kernel[$0]) == isOutput }.map { sizes[$0] })
        ?? .max
    }
    return (product(false), product(true))
  }

  /// The shape of the scales of a kernel of bytes: its own where the output keeps an axis, else one.
  func scaleShape(_ sizes: [Int], inputRank: Int) -> [Int] {
    guard ellipsis == .none else {
      return Array(repeating: 1, count: max(0, inputRank - 1)) + [sizes[sizes.count - 1]]
    }
    return output.map { letter in kernel.firstIndex(of: letter).map { sizes[$0] } ?? 1 }
  }
}

/// `EinsumDense`: kernel and bias of the shapes that its equation gives.
struct EinsumDense: KernelVariantLayer {
  static let classNames = ["EinsumDense"]

  private let equation: EinsumEquation
  private let outputSizes: [Int?]
  private let biasAxes: String?
  private let kernelInitializer: InitializerReference
  private let biasInitializer: InitializerReference
  private let activation: Activation
  private let variant: KernelVariant
  private let usesFanAxes: Bool
  /// tf.keras calls the layer with tensors that know more than its declaration.
  private let infersSizes: Bool

  init(_ config: LayerConfig) throws(ArchitectureError) {
    infersSizes = !config.generation.isKeras3
    guard let equation = EinsumEquation(try config.string("equation", default: "")) else {
      throw config.error("equation", expected: "an equation such as \"ab,bc->ac\"")
    }
    self.equation = equation
    if let size = config["output_shape"]?.wholeNumber {
      outputSizes = [size]
    } else if let shape = PartialShape(json: config["output_shape"]) {
      outputSizes = shape.dimensions
    } else {
      throw config.error("output_shape", expected: "an integer or a list of sizes without the batch")
    }
    biasAxes = config["bias_axes"]?.stringValue
    kernelInitializer = try config.initializer("kernel_initializer", default: "glorot_uniform")
    biasInitializer = try config.initializer("bias_initializer", default: "zeros")
    activation = config.activation()
    variant = try KernelVariant(config)
    usesFanAxes = config.generation.initializersTakeFanAxes
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let result = try equation.result(call, outputSizes: outputSizes, biasAxes: biasAxes, infers: infersSizes)
    let matrix = equation.matrix(result.kernel)
    try variant.addKernel(
      result.kernel, kernelInitializer, weights, fans: usesFanAxes ? .axes(result.fanAxes) : nil,
      packedShape: [matrix.rows, matrix.columns / 2 + matrix.columns % 2],
      scaleShape: variant.isPacked
        ? [matrix.columns] : equation.scaleShape(result.kernel, inputRank: try call.input.rank))
    if let bias = result.bias { try weights.add("bias", .bias, bias, biasInitializer) }
    try variant.addAfterBias(result.kernel, weights)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    [try equation.result(call, outputSizes: outputSizes, biasAxes: nil, infers: infersSizes).output]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard
      let result = try? equation.result(call, outputSizes: outputSizes, biasAxes: nil, infers: infersSizes)
    else {
      return [.opaque]
    }
    return layer.linear("kernel", fanIn: result.fanIn, units: result.units) + [.activation(activation)]
  }
}
