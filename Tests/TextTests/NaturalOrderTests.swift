import Testing
import Text

@Suite struct NaturalOrderTests {
  @Test func `digits compare as numbers`() {
    let sorted = [
      "epoch", "epoch0.h5", "epoch2.h5", "epoch02.h5", "epoch10.h5", "epoch10a.h5",
      "epoch99999999999999999999.h5",
      "epoch100000000000000000000.h5", "run1/9.h5", "run2/1.h5", "run10/1.h5",
    ]
    #expect(sorted.reversed().sorted(by: NaturalOrder.precedes) == sorted.sorted(by: NaturalOrder.precedes))
    #expect(
      ["b10", "b9", "a", "b1"].sorted(by: NaturalOrder.precedes) == ["a", "b1", "b9", "b10"])
    #expect(
      ["m-0.12", "m-0.2", "m-0.02"].sorted(by: NaturalOrder.precedes) == ["m-0.02", "m-0.2", "m-0.12"])
  }

  @Test func `the order is total`() {
    let names = ["a1", "a01", "a001", "a", "", "1", "01", "1a", "b"]
    for one in names {
      #expect(!NaturalOrder.precedes(one, one))
      for other in names where one != other {
        #expect(NaturalOrder.precedes(one, other) != NaturalOrder.precedes(other, one), "\(one) \(other)")
      }
    }
  }
}
