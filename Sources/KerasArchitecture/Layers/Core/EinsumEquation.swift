import Tensors

/// An equation such as `abc,cd->abd`, by which an input and a kernel are multiplied.
struct EinsumEquation {
  private enum Ellipsis { case none, left, right }

  private let input, kernel, output: [Character]
  private let ellipsis: Ellipsis

  /// `nil` for equations of other forms than Keras takes: one input, one kernel, at most one `...` at either
  /// end.
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

  /// The shapes that follow from an equation and an input.
  struct Result {
    let output: PartialShape
    let kernel: [Int]
    let bias: [Int]?
    let fanAxes: FanAxes
    /// The number of products in each output value.
    let fanIn: Int
    let units: Int
  }

  /// The sizes that the output's shape declares.
  struct OutputSizes {
    /// The output's shape without the batch, as far as it is declared.
    let declared: [Int?]
    /// Whether a size that is not declared is taken from the input.
    let infersMissing: Bool
  }

  /// Computes the shapes for a call.
  ///
  /// - Parameters:
  ///   - call: the call whose input is multiplied.
  ///   - sizes: the declared sizes of the output.
  ///   - biasAxes: the letters of the bias; `nil` for none.
  /// - Returns: the shapes of output, kernel and bias.
  /// - Throws: if a size is unknown or an axis missing.
  func result(
    _ call: LayerCall, _ sizes: OutputSizes, biasAxes: String?
  ) throws(ArchitectureError) -> Result {
    let axes = try labeledAxes(call, sizes)
    var kernelSizes: [Int] = []
    for letter in kernel { kernelSizes.append(try axes.size(of: letter, call)) }
    let outer = kernel.indices.filter { output.contains(kernel[$0]) }
    let inner = kernel.indices.filter { !output.contains(kernel[$0]) }
    return Result(
      output: PartialShape(axes.outputSizes), kernel: kernelSizes,
      bias: try biasAxes.map { letters throws(ArchitectureError) in
        try biasShape(letters, axes, call)
      },
      fanAxes: FanAxes(input: Array(inner), output: Array(outer)),
      fanIn: CheckedSize.product(inner.map { kernelSizes[$0] }) ?? .max,
      units: CheckedSize.product(outer.map { kernelSizes[$0] }) ?? .max)
  }

  /// The letters of an equation, with the sizes of their axes in one call.
  private struct LabeledAxes {
    let input, output: [Character]
    let inputSizes, outputSizes: [Int?]
    /// The number of axes that the ellipsis stands for.
    let elided: Int
    /// The number of axes before the first letter.
    let shift: Int

    func size(of letter: Character, _ call: LayerCall) throws(ArchitectureError) -> Int {
      if let place = output.firstIndex(of: letter) {
        guard let size = outputSizes[place + shift] else {
          throw call.error("axis \"\(letter)\" of `output_shape` must have a known size")
        }
        return size
      }
      guard let place = input.firstIndex(of: letter), let size = inputSizes[place + shift] else {
        throw call.error(
          "axis \"\(letter)\" of the input must have a known size; found the shape "
            + "\(PartialShape(inputSizes))"
        )
      }
      return size
    }
  }

  private func labeledAxes(
    _ call: LayerCall, _ sizes: OutputSizes
  ) throws(ArchitectureError) -> LabeledAxes {
    let shape = try call.input
    let elided = shape.rank - input.count
    guard elided == 0 || (elided > 0 && ellipsis != .none) else {
      throw call.error("the equation takes an input of rank \(input.count); found the shape \(shape)")
    }
    var outputSizes = outputDimensions(shape, sizes.declared, elided)
    guard outputSizes.count == output.count + elided else {
      throw call.error("`output_shape` does not fit the equation and the input's shape \(shape)")
    }
    let shift = ellipsis == .left ? elided : 0
    for (place, letter) in output.enumerated()
    where sizes.infersMissing && outputSizes[place + shift] == nil {
      outputSizes[place + shift] = input.firstIndex(of: letter).flatMap { shape.dimensions[$0 + shift] }
    }
    return LabeledAxes(
      input: input, output: output, inputSizes: shape.dimensions, outputSizes: outputSizes, elided: elided,
      shift: shift)
  }

  private func biasShape(
    _ letters: String, _ axes: LabeledAxes, _ call: LayerCall
  ) throws(ArchitectureError) -> [Int] {
    guard let first = output.firstIndex(where: { letters.contains($0) }),
      letters.allSatisfy({ output.contains($0) })
    else { throw call.error("`bias_axes` must be letters of the equation's output; found \"\(letters)\"") }
    var sizes: [Int] = []
    for letter in output[first...] {
      sizes.append(letters.contains(letter) ? try axes.size(of: letter, call) : 1)
    }
    return sizes + Array(repeating: 1, count: ellipsis == .left ? 0 : axes.elided)
  }

  private func outputDimensions(_ shape: PartialShape, _ sizes: [Int?], _ elided: Int) -> [Int?] {
    switch ellipsis {
    case .left: [shape.batch] + shape.dimensions[1..<max(1, elided)] + sizes
    case .right, .none: [shape.batch] + sizes + shape.dimensions.suffix(elided)
    }
  }

  /// The sizes of the kernel as a matrix: the axes that are summed over by the others.
  func matrix(_ sizes: [Int]) -> (rows: Int, columns: Int) {
    func product(_ isOutput: Bool) -> Int {
      CheckedSize.product(kernel.indices.filter { output.contains(kernel[$0]) == isOutput }.map { sizes[$0] })
        ?? .max
    }
    return (product(false), product(true))
  }

  /// The shape of the scales of a quantized kernel: the kernel's size where the output keeps an axis, else
  /// one.
  func scaleShape(_ sizes: [Int], inputRank: Int) -> [Int] {
    guard ellipsis == .none else {
      return Array(repeating: 1, count: max(0, inputRank - 1)) + [sizes[sizes.count - 1]]
    }
    return output.map { letter in kernel.firstIndex(of: letter).map { sizes[$0] } ?? 1 }
  }
}
