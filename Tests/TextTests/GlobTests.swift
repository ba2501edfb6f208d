import Testing

@testable import Text

@Suite struct GlobTests {
  @Test(arguments: [
    ("conv2d_1", "conv2d_1", true), ("conv2d_1", "conv*", true), ("conv2d_1", "*_1", true),
    ("conv2d_1", "c*d*1", true),
    ("conv2d_1", "conv2d_?", true), ("conv2d_12", "conv2d_?", false), ("conv2d_1", "conv2d_[0-3]", true),
    ("conv2d_5", "conv2d_[!0-3]", true), ("conv2d_5", "conv2d_[0-3]", false), ("a", "", false),
    ("", "*", true),
    ("aaaaab", "*a*b", true), ("aaaaac", "*a*b", false), ("[x", "[x", true), ("größe", "gr*e", true),
    ("ab", "a", false),
  ])
  func `patterns are those of shells`(name: String, pattern: String, matches: Bool) {
    #expect(Glob.matches(name, pattern) == matches)
  }

  @Test func `many stars take no longer than one`() {
    let name = String(repeating: "a", count: 2000)
    #expect(!Glob.matches(name, String(repeating: "*a", count: 200) + "b"))
  }
}
