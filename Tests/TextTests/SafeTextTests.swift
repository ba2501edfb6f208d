import Testing
import Text

@Suite("Text from strangers")
struct SafeTextTests {
  @Test(
    "is shown, never acted on",
    arguments: [
      ("dense", "dense"), ("naïve – 层", "naïve – 层"), ("a\u{1B}[31mb", "a\\x1b[31mb"),
      ("a\nb\r\tc", "a\\nb\\r\\tc"),
      ("\u{9B}31m", "\\x9b31m"), ("a\u{202E}b", "a\\u202eb"), ("a\u{2066}b\u{200F}", "a\\u2066b\\u200f"),
      ("a\u{2028}b\u{85}c", "a\\u2028b\\x85c"), ("\u{200B}\u{FEFF}", "\\u200b\\ufeff"),
      ("\u{E0041}", "\\U000e0041"),
      ("\u{7F}\u{0}", "\\x7f\\x00"), ("back\\slash", "back\\slash"),
    ])
  func escapes(text: String, safe: String) {
    #expect(text.safe == safe)
    #expect(text.safe.safe == safe)
  }

  @Test("is cut at its limit")
  func cuts() {
    #expect(SafeText(String(repeating: "x", count: 1 << 20)).description.count == SafeText.usualLimit + 1)
    #expect(SafeText("abc", limit: 3).description == "abc")
    #expect(SafeText("abcd", limit: 3).description == "abc…")
  }
}
