import OrderedJSON
import Testing
import YAML

/// The example of the target's documentation, word for word.
@Suite struct ExampleTests {
  @Test func `a list of Python's and a number of YAML become those of JSON`() throws {
    // example
    let text = "name: dense\nepsilon: 1.0e-05\nshape: !!python/tuple [null, 4]\n"
    let value = try YAMLParser.parse(Array(text.utf8))
    // end of example
    #expect(value["name"] == "dense")
    #expect(value["shape"] == [.null, 4])
    #expect(value["epsilon"]?.doubleValue == 1e-5)
  }
}
