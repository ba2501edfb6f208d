import Testing

@testable import Tensors

@Suite("Tensors made of others") struct TensorExpressionTests {
  private typealias Expression = TensorExpression<String>

  /// The numbers of a tensor whose element at each place is its index, in the expression's form.
  private func numbers(_ expression: Expression, dtype: DType = .float32) throws -> [Double] {
    let source = expression.source(dtype) { name in
      let values = (0..<24).map { Double($0) + (name == "other" ? 100 : 0) }
      return .blocks(
        MemoryFiller(bytes: values.flatMap { dtype.bytes(of: $0) }, bytesPerElement: dtype.byteCount))
    }
    let spec = try TensorSpec(path: "", shape: expression.shape, dtype: dtype)
    var result: [Double] = []
    try unsafe source.forEachBlock(of: spec) { bytes, range in
      for index in 0..<range.count { result.append(unsafe dtype.value(in: bytes, at: index)) }
    }
    return result
  }

  private let cube = Expression.leaf("cube", [2, 3, 4])

  @Test func `what nothing is done to is the leaf itself`() {
    #expect(cube.sliced(axis: 1, 0..<3).leaf == "cube")
    #expect(cube.transposed([1, 2, 0]).transposed([2, 0, 1]).leaf == "cube")
    #expect(cube.reversed(axes: [0, 1]).reversed(axes: [0, 1]).leaf == "cube")
    #expect(cube.reshaped([24]).reshaped([2, 3, 4]).leaf == "cube")
    #expect(Expression.concatenated(cube.split(axis: 2, into: 4), axis: 2).leaf == "cube")
    #expect(cube.scaled(by: 1).leaf == "cube")
    #expect(!cube.reversed(axes: [0]).changesValues && cube.scaled(by: 2).changesValues)
  }

  @Test func `elements are moved`() throws {
    #expect(try numbers(cube.sliced(axis: 2, 1..<2)) == [1, 5, 9, 13, 17, 21])
    #expect(
      try numbers(cube.sliced(axis: 1, 1..<3).sliced(axis: 1, 1..<2)) == [8, 9, 10, 11, 20, 21, 22, 23])
    #expect(try numbers(cube.reshaped([6, 4]).transposed([1, 0])).prefix(6) == [0, 4, 8, 12, 16, 20])
    #expect(try numbers(cube.transposed([2, 0, 1])).prefix(7) == [0, 4, 8, 12, 16, 20, 1])
    #expect(try numbers(cube.reversed(axes: [1, 2])).prefix(5) == [11, 10, 9, 8, 7])
    let other = Expression.leaf("other", [2, 3, 4])
    let joined = Expression.concatenated([cube, other], axis: 1)
    #expect(joined.shape == [2, 6, 4])
    #expect(try numbers(joined)[10..<14] == [10, 11, 100, 101])
  }

  @Test(arguments: [DType.float16, .bfloat16, .float32, .float64])
  func `values are computed in their type`(dtype: DType) throws {
    #expect(try numbers(cube.scaled(by: 0.5), dtype: dtype)[4] == 2)
    #expect(
      try numbers(cube + cube.reversed(axes: [0, 1, 2]), dtype: dtype) == Array(repeating: 23, count: 24))
  }

  @Test func `whole numbers are moved but not scaled`() throws {
    #expect(try numbers(cube.reversed(axes: [2]), dtype: .int8)[0] == 3)
    #expect(throws: SourceFailure.self) { _ = try numbers(cube.scaled(by: 2), dtype: .int32) }
  }

  @Test func `leaves are replaced where shapes agree`() throws {
    let whole = cube.transposed([2, 1, 0]).scaled(by: 2)
    let replaced = whole.substituting { Expression.leaf("\($0)!", [2, 3, 4]) }
    #expect(replaced?.leaves == ["cube!"] && replaced?.shape == whole.shape)
    #expect(whole.substituting { Expression.leaf($0, [4, 3, 2]) } == nil)
    #expect(whole.substituting { _ -> Expression? in nil } == nil)
  }
}
