import Testing
import Text

/// The example of the target's documentation, word for word.
@Suite struct ExampleTests {
  @Test func `names and numbers are printed`() {
    // example
    let name = "dense\u{1B}[2J"
    let line = "\(SafeText(name)): \(NumberText.counted(1_024, "weight"))"
    let hint = NearestSpelling.of("Dence", in: ["Conv2D", "Dense"])
    let isMatch = Glob.matches("conv2d_1/kernel", "conv*/kernel")
    // end of example
    #expect(line == "dense\\x1b[2J: 1,024 weights")
    #expect(hint == "Dense")
    #expect(isMatch)
  }
}
