import OrderedJSON
import Testing
import YAML

@Suite struct YAMLParserTests {
  private func parse(_ text: String) throws(TextSyntaxError) -> JSONValue {
    try YAMLParser.parse(Array(text.utf8))
  }

  /// Values as Python's `yaml.full_load` reads them.
  @Test(
    arguments: [
      ("null", "null"), ("~", "null"), ("Null", "null"), ("yes", "true"), ("Off", "false"),
      ("y", "\"y\""), ("TRUE", "true"), ("tRue", "\"tRue\""), ("12", "12"), ("-3", "-3"), ("+3", "3"),
      ("0", "0"), ("08", "\"08\""), ("1.5", "1.5"), ("1.", "1.0"), (".5", "0.5"), ("-.5", "\"-.5\""),
      (".", "\".\""),
      ("1.0e-05", "1e-05"), ("1.0E+3", "1000.0"), ("1e-05", "\"1e-05\""), ("1e5", "\"1e5\""),
      ("1.0e5", "\"1.0e5\""), (".inf", "Infinity"), ("-.INF", "-Infinity"), (".nan", "NaN"),
      ("nan", "\"nan\""),
      ("inf", "\"inf\""), ("'12'", "\"12\""), ("\"yes\"", "\"yes\""), ("- a", "[\"a\"]"), ("[]", "[]"),
      ("{}", "{}"), ("1.2.3", "\"1.2.3\""), ("e", "\"e\""), ("-", "[null]"), ("+", "\"+\""),
      ("a:b", "\"a:b\""),
      ("2026-01-01", "\"2026-01-01\""), ("--- 1\n...\n", "1"), ("|\n  a\n  b\n", "\"a\\nb\\n\""),
      ("123456789012345678901234567890", "123456789012345678901234567890"), ("größe", "\"größe\""),
      ("!!str 12", "\"12\""), ("!!python/unicode 'a'", "\"a\""), ("!!python/long '7'", "7"),
      ("!!float 3", "3.0"),
      ("!!bool yes", "true"), ("!!null ''", "null"), ("! 12", "12"), ("!!python/tuple [1, 2]", "[1, 2]"),
      ("!!seq [1]", "[1]"), ("!!map {a: 1}", "{\"a\": 1}"), ("{a: 1, b: 2, a: 3}", "{\"a\": 3, \"b\": 2}"),
      ("{1: 2, null: 3}", "{\"1\": 2, \"null\": 3}"),
      ("[&x {a: 1}, *x]", "[{\"a\": 1}, {\"a\": 1}]"),
      ("{&x a: *x}", "{\"a\": \"a\"}"),
    ] as [(String, String)])
  func `a value is what Python reads`(text: String, json: String) throws {
    let expected = try JSONParser.parse(json)
    let value = try parse(text)
    #expect(value.doubleValue?.isNaN == true ? expected.doubleValue?.isNaN == true : same(value, expected))
  }

  /// Equal but for the spelling of numbers.
  private func same(_ one: JSONValue, _ other: JSONValue) -> Bool {
    if case .number = one, case .number = other {
      return one == other
        || one.doubleValue == other.doubleValue && (one.intValue == nil) == (other.intValue == nil)
    }
    return one == other
  }

  @Test func `order and spelling are kept`() throws {
    #expect(try parse("b: 1.0\na: 2\n").pythonText() == #"{"b": 1.0, "a": 2}"#)
    #expect(try parse("1.0e-05") == .number(try #require(JSONParser.parse("1.0e-05").number)))
  }

  @Test(
    arguments: [
      ("a: [1", "2:1: did not find expected"), ("a: 1\na", "could not find expected ':'"),
      ("0x10", "1:1: expected a number in base 10"), ("a: 1_000", "1:4: expected a number in base 10"),
      ("010", "base 10"), ("1:30", "base 10"), ("-0b1", "base 10"), ("1_0.5", "base 10"),
      ("", "the document is empty"), ("a\n---\nb\n", "a second document begins here"),
      ("*x", "nothing before is called &x"), ("&x [*x]", "*x contains itself"),
      (
        "a: !!python/object/apply:os.system ['true']",
        "!!python/object/apply:os.system is no value of JSON"
      ),
      ("!!python/name:os.system ''", "is no value of JSON"),
      ("!mine [1]", "!mine is no value of JSON"),
      ("!!python/object/apply:tensorflow.x.ListWrapper [1]", "expected a list in the list of arguments"),
      ("!!set {a}", "!!set is no value"), ("!!int a", "expected a whole number"),
      ("!!int 1.5", "expected a whole number"), ("!!float b", "expected a number"),
      ("!!bool 3", "expected a boolean"),
      ("? [a]\n: 1\n", "expected a name as a key"), ("<<: {a: 1}", "merged mappings"),
      ("a: \u{1}", "control characters"),
    ] as [(String, String)])
  func `what is no plain data is told with its place`(text: String, words: String) {
    do throws(TextSyntaxError) {
      _ = try parse(text)
      Issue.record("\(text) was read")
    } catch {
      #expect("\(error)".contains(words), "\(error)")
    }
  }

  @Test(arguments: [[0xFF], [0xC3, 0x28], [0xFF, 0xFE, 0x00, 0xD8], [0xFE, 0xFF, 0x00]] as [[UInt8]])
  func `bytes that are no text are an error`(bytes: [UInt8]) {
    #expect(throws: TextSyntaxError.self) { try YAMLParser.parse(bytes) }
  }

  @Test func `nesting and repetition are limited`() throws {
    func reason(_ text: String) -> String {
      do throws(TextSyntaxError) {
        _ = try parse(text)
        return ""
      } catch { return error.reason }
    }
    let deep = String(repeating: "[", count: 600) + String(repeating: "]", count: 600)
    #expect(reason(deep).contains("nested deeper"))
    let blocks = (0..<600).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect(reason(blocks).contains("nested deeper"))
    // Lines that nest each other, with room for what they repeat.
    let brackets = (String(repeating: "[", count: 300), String(repeating: "]", count: 300))
    let chain = "a: &a \(brackets.0)\(brackets.1)\nb: \(brackets.0)*a\(brackets.1)\n"
    #expect(reason(chain + "# " + String(repeating: "x", count: 10_000) + "\n").contains("nested deeper"))
    #expect(reason("a: &a [[1]]\nb: [*a, *a]\n").isEmpty)
    // Twenty lines that would be 9^20 values.
    let bomb =
      "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
      + (1...20).map { line in
        let items = [String](repeating: "*a\(line - 1)", count: 9).joined(separator: ", ")
        return "a\(line): &a\(line) [\(items)]\n"
      }.joined()
    #expect(reason(bomb).contains("repeat too much"))
    // A long text, or a long key, and many names of it.
    let text = String(repeating: "x", count: 10_000)
    let names = [String](repeating: "*a", count: 5000).joined(separator: ", ")
    #expect(reason("[&a \(text), \(names)]").contains("repeat too much"))
    #expect(reason("[&a {\(text.prefix(900)): 1}, \(names)]").contains("repeat too much"))
    #expect(reason("%TAG !a! x\n---\n1\n").contains("directives"))
    #expect(reason("a: 1\n...\n%TAG !a! x\n").contains("directives"))
    let long = String(repeating: "- &x [1, 2]\n- *x\n", count: 10_000)
    #expect(try parse(long).arrayValue?.count == 20_000)
  }
}

extension JSONValue {
  fileprivate var number: JSONNumber? {
    if case .number(let number) = self { number } else { nil }
  }
}
