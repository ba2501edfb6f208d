import Testing
import Text

@Suite struct NumberedNameTests {
  private func sorted(_ names: [String]) -> [String] {
    names.sorted { NumberedName($0) < NumberedName($1) }
  }

  @Test func `a name is cut at its numbers`() {
    let name = NumberedName("run02/epoch10.h5")
    #expect(name.texts == ["run", "/epoch", ".h", ""] && name.numbers == ["2", "10", "5"])
    #expect(NumberedName("").texts == [""] && NumberedName("7a").texts == ["", "a"])
    #expect(NumberedName("000").numbers == [""])
  }

  @Test func `digits compare as numbers`() {
    let names = [
      "epoch", "epoch0.h5", "epoch2.h5", "epoch10.h5", "epoch10a.h5", "epoch99999999999999999999.h5",
      "epoch100000000000000000000.h5", "run1/9.h5", "run2/1.h5", "run10/1.h5",
    ]
    #expect(sorted(names.reversed()) == names)
    #expect(sorted(["b10", "b9", "a", "b1", "2b"]) == ["2b", "a", "b1", "b9", "b10"])
    #expect(sorted(["m-0.12", "m-0.2", "m-0.02"]) == ["m-0.02", "m-0.2", "m-0.12"])
  }

  @Test func `the order is total`() {
    let names = ["a1", "a01", "a001", "a", "", "1", "01", "1a", "b", "a1b", "a1b2"].map(NumberedName.init)
    for one in names {
      #expect(!(one < one))
      for other in names where one != other { #expect((one < other) != (other < one), "\(one) \(other)") }
    }
  }
}
