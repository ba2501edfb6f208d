import Testing

@testable import Tensors

@Suite struct CheckedSizeTests {
  @Test func `steps are exact while they fit`() {
    #expect(CheckedSize(8).minus(1).times(3).plus(1).value == 22)
    #expect(CheckedSize(7).divided(by: 2).value == 3)
    #expect(CheckedSize(7).dividedRoundingUp(by: 2).value == 4)
    #expect(CheckedSize(8).dividedRoundingUp(by: 2).value == 4)
    #expect(CheckedSize(0).dividedRoundingUp(by: 2).value == 0)
    #expect(CheckedSize(.max).dividedRoundingUp(by: 1).value == .max)
    #expect(CheckedSize.sum([.max, -1]) == .max - 1)
    #expect(CheckedSize.product([3, -4, 5]) == -60)
    #expect(CheckedSize.sum([]) == 0)
    #expect(CheckedSize.product([]) == 1)
  }

  static let impossible: [(String, CheckedSize)] = [
    ("a sum", CheckedSize(.max).plus(1)), ("a difference", CheckedSize(.min).minus(1)),
    ("a product", CheckedSize(1 << 62).times(2)), ("a division by zero", CheckedSize(4).divided(by: 0)),
    ("a quotient beyond the range", CheckedSize(.min).divided(by: -1)),
    ("a division by zero, rounded up", CheckedSize(4).dividedRoundingUp(by: 0)),
    ("an unknown size", CheckedSize(nil).plus(1)), ("an unknown term", CheckedSize(1).plus(nil)),
  ]

  @Test(arguments: impossible)
  func `a step without a result leaves none to the steps after it`(name: String, size: CheckedSize) {
    #expect(size.value == nil)
    #expect(size.minus(1).value == nil)
    #expect(size.times(0).value == nil)
    #expect(size.divided(by: 2).plus(3).value == nil)
  }

  @Test func `a product that leaves the range does not come back`() {
    #expect(CheckedSize.product([1 << 62, 4, 0]) == nil)
    #expect(CheckedSize.sum([.max, 1, -5]) == nil)
    #expect(CheckedSize.difference(0, .min) == nil)
  }

  @Test func `sums that are only shown end at the largest integer`() {
    #expect([1, 2, 3].saturatingSum == 6)
    #expect([Int.max, 1].saturatingSum == .max)
  }
}

@Suite struct ShapeLimitTests {
  @Test func `a tensor may have 2⁵⁶ bytes`() throws {
    #expect(try Shape([1 << 54]).byteCount(.float32) == 1 << 56)
    #expect(throws: ShapeOverflow.self) { try Shape([1 << 54 + 1]).byteCount(.float32) }
    #expect(throws: ShapeOverflow.self) { try Shape([1 << 57]).elementCount() }
  }

  /// As in NumPy; the sizes of any axes can then be multiplied.
  @Test func `a size of zero hides no others that are too large`() throws {
    #expect(try Shape([0, 1 << 40]).elementCount() == 0)
    #expect(throws: ShapeOverflow.self) { try Shape([0, 1 << 40, 1 << 40]).elementCount() }
    #expect(throws: ShapeOverflow.self) { try Shape([1 << 40, 1 << 40, 0]).elementCount() }
  }

  @Test func `no size is negative`() {
    #expect(throws: ShapeOverflow.self) { try Shape([-1, -1]).elementCount() }
    #expect(ShapeOverflow(shape: [-1]).reason == "the shape (-1,) has a negative size")
  }
}
