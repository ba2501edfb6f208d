import Failures
import Testing

@testable import OrderedJSON

@Suite struct JSONParserTests {
  @Test func `order, spelling and Python's extensions survive`() throws {
    let text =
      #"{"b": 1.0, "a": [1e-05, NaN, -Infinity, Infinity, 123456789012345678901234567890], "é\n": null, "t": true}"#
    let value = try JSONParser.parse(text)
    #expect(value.objectValue?.keys == ["b", "a", "é\n", "t"])
    #expect(value.pythonText() == text.replacing("é", with: #"\u00e9"#))
    #expect(value["a"]?.arrayValue?[1].doubleValue?.isNaN == true)
    #expect(value["b"]?.intValue == nil)
    #expect(value["b"]?.doubleValue == 1)
  }

  @Test func `the last of two equal keys wins, in the place of the first`() throws {
    let value = try JSONParser.parse(#"{"a": 1, "b": 2, "a": 3}"#)
    #expect(value.pythonText() == #"{"a": 3, "b": 2}"#)
  }

  @Test(arguments: [
    (#"{"a": "𝄞"}"#, #"{"a": "\ud834\udd1e"}"#), (#"["\ud834\udd1e"]"#, #"["\ud834\udd1e"]"#),
    (#"["\b\f\r\t\"\\\/"]"#, #"["\b\f\r\t\"\\/"]"#), ("\u{FEFF}[ ]", "[]"), (" {}\n", "{}"),
  ])
  func `text is read and written as Python's json does`(input: String, output: String) throws {
    #expect(try JSONParser.parse(input).pythonText() == output)
  }

  @Test(arguments: [
    ("", "1:1: the document is empty"), ("{", "1:2: expected a key in double quotes"),
    ("{\n  \"a\" 1}", "2:7: expected \":\" after the key \"a\""),
    ("[1,]", "1:4: expected a value, found \"]\""),
    ("[01]", "1:2: a number must not start with 0"), ("[1.]", "1:4: expected a digit"),
    ("\"abc", "1:1: the string never ends"), ("[\"\\x\"]", "1:3: unknown escape \\x"),
    ("[\"\\ud834\"]", "1:3: half a surrogate pair"),
    ("[1] 2", "1:5: unexpected text after the end of the document"),
    ("[tru]", "1:2: expected a value, found \"t\""), ("[\"é\", x]", "1:7: expected a value, found \"x\""),
    ("[\"\u{1}\"]", "1:3: a control character in a string must be escaped"), ("-", "1:2: expected a digit"),
  ])
  func `what is not JSON is refused with its place`(text: String, message: String) {
    let error = #expect(throws: TextSyntaxError.self) { try JSONParser.parse(text) }
    #expect(error?.description == message)
  }

  @Test func `bytes that are not UTF-8 are refused`() {
    #expect(throws: TextSyntaxError.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
  }

  @Test func `nesting is limited`() throws {
    let deep = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
    #expect(throws: Never.self) { try JSONParser.parse(deep) }
    #expect(throws: TextSyntaxError.self) { try JSONParser.parse("[" + deep + "]") }
    #expect(throws: TextSyntaxError.self) { try JSONParser.parse(String(repeating: "[", count: 100_000)) }
  }

  @Test func `a pointer is found in the text, or the nearest value around it`() {
    let text = Array("{\n  \"a\": [1,\n    {\"b\": 2}]}".utf8)
    #expect(JSONParser.locate(.root["a"][1]["b"], in: text) == TextPosition(line: 3, column: 11))
    #expect(JSONParser.locate(.root["a"][1]["c"], in: text) == TextPosition(line: 3, column: 5))
    #expect(JSONParser.locate(.root["x"], in: text) == TextPosition(line: 1, column: 1))
  }

  @Test(arguments: 0..<200)
  func `random trees survive writing and reading`(seed: Int) throws {
    var random = SplitMix(state: UInt64(seed))
    let value = randomValue(depth: 4, &random)
    #expect(try JSONParser.parse(value.pythonText()) == value)
    #expect(try JSONParser.parse(value.prettyText()) == value)
  }

  private func randomValue(depth: Int, _ random: inout SplitMix) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &random))
    case 2: return JSONValue(Int.random(in: -1000...1000, using: &random))
    case 3: return JSONValue(Double.random(in: -1e10...1e10, using: &random))
    case 4: return .string(randomString(&random))
    case 5: return .array((0..<3).map { _ in randomValue(depth: depth - 1, &random) })
    default:
      return .object(
        JSONObject(
          (0..<3).map {
            JSONObject.Member(
              key: "\($0)" + randomString(&random), value: randomValue(depth: depth - 1, &random))
          }))
    }
  }

  private func randomString(_ random: inout SplitMix) -> String {
    var scalars = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0..<8, using: &random) {
      if let scalar = Unicode.Scalar(UInt32.random(in: 0..<0x1F700, using: &random)) {
        scalars.append(scalar)
      }
    }
    return String(scalars)
  }
}

private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
