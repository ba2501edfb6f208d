import Testing

@testable import OrderedJSON

@Suite struct JSONEditorTests {
  private func edited(_ text: String, _ edits: JSONEditor.Edit...) -> String? {
    JSONEditor(Array(text.utf8)).applying(edits).map { String(decoding: $0, as: UTF8.self) }
  }

  private let init1: JSONValue = ["class_name": "HeNormal", "config": ["seed": .null]]

  @Test func `a value is replaced and nothing else`() {
    #expect(
      edited(#"{"a" :  [1, {"b": "x" , "c":2}] }"#, .init(JSONPointer.root["a"][1], "b", "y"))
        == #"{"a" :  [1, {"b": "y" , "c":2}] }"#)
  }

  @Test func `a missing member becomes the last one, in the style of the others`() {
    #expect(edited(#"{"a": 1}"#, .init(.root, "b", 2)) == #"{"a": 1, "b": 2}"#)
    #expect(edited(#"{"a":1}"#, .init(.root, "b", 2)) == #"{"a":1,"b":2}"#)
    #expect(edited("{}", .init(.root, "b", 2)) == #"{"b": 2}"#)
    #expect(edited("{\n  \"a\": 1\n}", .init(.root, "b", 2)) == "{\n  \"a\": 1,\n  \"b\": 2\n}")
    #expect(edited("{\r\n\t\"a\": 1\r\n}", .init(.root, "b", 2)) == "{\r\n\t\"a\": 1,\r\n\t\"b\": 2\r\n}")
  }

  @Test func `objects are broken into lines where those around them are`() {
    let text = """
      {
        "config": {
          "init": "zeros",
          "units": 3
        }
      }
      """
    #expect(
      edited(text, .init(JSONPointer.root["config"], "init", init1)) == """
        {
          "config": {
            "init": {
              "class_name": "HeNormal",
              "config": {
                "seed": null
              }
            },
            "units": 3
          }
        }
        """)
    #expect(
      edited(#"{"init":"zeros","n":1}"#, .init(.root, "init", init1))
        == #"{"init":{"class_name":"HeNormal","config":{"seed":null}},"n":1}"#)
  }

  @Test func `tabs stay tabs`() {
    #expect(
      edited("{\n\t\"a\": \"zeros\"\n}", .init(.root, "a", ["b": ["c": 1]]))
        == "{\n\t\"a\": {\n\t\t\"b\": {\n\t\t\t\"c\": 1\n\t\t}\n\t}\n}")
  }

  @Test func `several edits, in any order`() {
    #expect(
      edited(
        #"{"a": {"x": 1}, "b": {"x": 2}}"#, .init(JSONPointer.root["b"], "x", 20),
        .init(JSONPointer.root["a"], "x", 10), .init(JSONPointer.root["a"], "y", 11))
        == #"{"a": {"x": 10, "y": 11}, "b": {"x": 20}}"#)
  }

  @Test func `the last of equal keys is the one that counts`() {
    #expect(edited(#"{"a": 1, "a": 2}"#, .init(.root, "a", 3)) == #"{"a": 1, "a": 3}"#)
    let inner = #"{"a": {"x": 1}, "a": {"x": 2}}"#
    #expect(
      edited(inner, .init(JSONPointer.root["a"], "x", 3)) == #"{"a": {"x": 1}, "a": {"x": 3}}"#)
  }

  @Test(arguments: ["[1]", "{\"a\": 1}", "", "{"])
  func `what is not there is not edited`(_ text: String) {
    #expect(edited(text, .init(JSONPointer.root["a"], "x", 3)) == nil)
  }

  @Test func `a mark before the text and names beyond ASCII stay`() {
    #expect(
      edited("\u{FEFF}{\"ä\": {\"b\": 1}}", .init(JSONPointer.root["ä"], "b", "ü"))
        == "\u{FEFF}{\"ä\": {\"b\": \"\\u00fc\"}}")
  }
}
