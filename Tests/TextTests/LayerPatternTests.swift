import Testing

@testable import Text

@Suite struct LayerPatternTests {
  @Test(arguments: [
    ("dense*", ["dense_1"], ["Dense"], true), ("dense*", ["conv"], ["Dense"], false),
    ("class:Dense", ["head"], ["Dense"], true), ("class:Dense", ["Dense"], ["Conv2D"], false),
    ("class:Conv*,head", ["head"], ["Dense"], true), ("class:Conv*,head", ["c"], ["Conv2D"], true),
    ("class:Dense,!head", ["head"], ["Dense"], false), ("class:Dense,!head", ["a"], ["Dense"], true),
    ("!class:Dense", ["c"], ["Conv2D"], true), ("!class:Dense", ["d"], ["Dense"], false),
    ("", ["a"], ["Dense"], false), (",", ["a"], ["Dense"], false),
  ])
  func `names and classes, some left out`(text: String, names: [String], classes: [String], matches: Bool) {
    #expect(LayerPattern(text).matches(names: names, classes: classes) == matches)
  }

  @Test func `what is left out is known by itself`() {
    let pattern = LayerPattern("class:Dense,!head,!class:Conv2D")
    #expect(pattern.exclusions == ["!head", "!class:Conv2D"])
    #expect(pattern.exclusions(names: ["head"], classes: ["Dense"]) == ["!head"])
    #expect(pattern.exclusions(names: ["c"], classes: ["Conv2D"]) == ["!class:Conv2D"])
    #expect(pattern.exclusions(names: ["d"], classes: ["Dense"]).isEmpty)
  }

  @Test func `a name alone is a name`() {
    #expect(LayerPattern("a").isName("a") && !LayerPattern("a,b").isName("a"))
    #expect(!LayerPattern("class:a").isName("a"))
  }
}
