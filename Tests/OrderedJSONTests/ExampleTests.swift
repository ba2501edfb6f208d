import OrderedJSON
import Testing

/// The example of the target's documentation, word for word.
@Suite struct ExampleTests {
  @Test func `a field is changed and the rest stays`() throws {
    // example
    let text = #"{"units": 128, "rate": 1.0, "name": "größe"}"#
    let document = try JSONParser.parse(text)
    var layer = try #require(document.objectValue)
    layer["units"] = 64
    let result = JSONValue.object(layer).pythonText()
    let place = JSONParser.locate(JSONPointer.root["rate"], in: Array(text.utf8))
    // end of example
    #expect(result == #"{"units": 64, "rate": 1.0, "name": "gr\u00f6\u00dfe"}"#)
    #expect(place == TextPosition(line: 1, column: 24))
  }
}
