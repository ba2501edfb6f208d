import Tensors

extension LayerCall {
  func mergeInputs() throws(ArchitectureError) -> [PartialShape] {
    // An operation of the same name has its operands side by side, and one of them may be a number. The `.h5`
    // files of Keras 3 have no other difference between the two.
    if positional.count > 1 {
      let operands = positional.flatMap(\.tensors)
      if !operands.isEmpty { return operands }
    }
    guard inputs.count >= 2 else { throw error("expected two or more inputs; found \(inputs.count)") }
    return inputs
  }

  /// The number of times each input is repeated by broadcasting; empty if that is not known.
  var repeats: [Int] {
    guard let inputs = try? mergeInputs(), let result = try? broadcastInputs() else { return [] }
    func size(_ shape: PartialShape) -> Int? {
      let sizes = shape.dimensions.dropFirst().compactMap { $0 }
      return sizes.count == shape.rank - 1 ? CheckedSize.product(sizes) : nil
    }
    guard let whole = size(result) else { return [] }
    let repeats = inputs.compactMap { size($0).flatMap { CheckedSize(whole).divided(by: max($0, 1)).value } }
    return repeats.count == inputs.count ? repeats : []
  }

  func mismatch(_ inputs: [PartialShape]) -> ArchitectureError {
    error("the inputs' shapes do not fit: \(inputs.map(\.description).joined(separator: ", "))")
  }

  /// The shape of an elementwise result: axes are aligned at the end, except for the batch.
  func broadcastInputs() throws(ArchitectureError) -> PartialShape {
    let inputs = try mergeInputs()
    let batches = Set(inputs.compactMap(\.batch))
    guard batches.count <= 1 else { throw mismatch(inputs) }
    var result = Array(inputs[0].dimensions.dropFirst())
    for input in inputs.dropFirst() {
      var other = Array(input.dimensions.dropFirst())
      let rank = max(result.count, other.count)
      result.insert(contentsOf: Array(repeating: 1, count: rank - result.count), at: 0)
      other.insert(contentsOf: Array(repeating: 1, count: rank - other.count), at: 0)
      for axis in result.indices {
        switch (result[axis], other[axis]) {
        case (1, let size): result[axis] = size
        case (_, 1): break
        case (nil, _), (_, nil): result[axis] = nil
        case (let one, let two): guard one == two else { throw mismatch(inputs) }
        }
      }
    }
    return PartialShape([batches.first] + result)
  }
}
