import Testing
import Text

@Suite struct UnifiedDiffTests {
  @Test func `equal texts have no difference`() {
    #expect(UnifiedDiff(["a", "b"], ["a", "b"], from: "x", to: "y").text.isEmpty)
  }

  /// As `diff -u` of GNU diffutils prints them.
  @Test func `changes come with three lines around them`() {
    let before = (1...20).map { "line \($0)" }
    var after = before
    after[4] = "changed"
    after.remove(at: 17)
    after.append("added")
    #expect(
      UnifiedDiff(before, after, from: "old", to: "new").text == """
        --- old
        +++ new
        @@ -2,7 +2,7 @@
         line 2
         line 3
         line 4
        -line 5
        +changed
         line 6
         line 7
         line 8
        @@ -15,6 +15,6 @@
         line 15
         line 16
         line 17
        -line 18
         line 19
         line 20
        +added

        """)
  }

  @Test func `one line against none`() {
    #expect(UnifiedDiff([], ["a"], from: "x", to: "y").text == "--- x\n+++ y\n@@ -0,0 +1 @@\n+a\n")
  }
}
