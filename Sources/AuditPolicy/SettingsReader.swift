import TOMLKit
import Text
import WeightAudit

/// Typed access to the values of a settings file; errors name the file and the setting.
struct SettingsReader {
  let file: String

  func failure(_ key: String, _ expected: String) -> PolicyError {
    PolicyError(in: "\(file): \(key)", "expected \(expected)")
  }

  func string(_ value: any TOMLValueConvertible, _ key: String) throws(PolicyError) -> String {
    guard let text = value.string, !text.isEmpty else { throw failure(key, "a text") }
    return text
  }

  /// A text, or a list of them.
  func strings(_ value: any TOMLValueConvertible, _ key: String) throws(PolicyError) -> [String] {
    if let text = value.string { return [text] }
    let texts = value.array.map { array in array.map { $0.string } }
    guard let texts, texts.allSatisfy({ $0 != nil }) else { throw failure(key, "a text or a list of texts") }
    return texts.compactMap(\.self)
  }

  func choice<Value>(
    _ value: any TOMLValueConvertible, _ key: String, _ make: (String) -> Value?, _ expected: String
  ) throws(PolicyError) -> Value {
    guard let text = value.string, let result = make(text) else { throw failure(key, expected) }
    return result
  }

  func rules(_ value: any TOMLValueConvertible, _ key: String) throws(PolicyError) -> [RuleSelector] {
    var rules: [RuleSelector] = []
    for text in try strings(value, key) { rules.append(try rule(text)) }
    return rules
  }

  func ignored(
    _ value: any TOMLValueConvertible, _ key: String, reason: String
  ) throws(PolicyError) -> [IgnoredFindings] {
    var result: [IgnoredFindings] = []
    for text in try strings(value, key) {
      do throws(PolicyError) {
        result.append(try IgnoredFindings(text, reason: "ignore \(text) in \(reason)"))
      } catch {
        throw PolicyError(in: file, error.reason)
      }
    }
    return result
  }

  func severities(
    _ value: any TOMLValueConvertible, _ key: String
  ) throws(PolicyError) -> [SeverityOverride] {
    guard let table = value.table else { throw failure(key, "a table: [severity]") }
    var result: [SeverityOverride] = []
    for name in table.keys {
      let rules = try rule(name)
      guard let level = table[name]?.string.flatMap(Severity.init(rawValue:)) else {
        throw failure("severity.\(name.clipped)", "error, warning or note")
      }
      result.append(SeverityOverride(rules, level))
    }
    return result
  }

  private func rule(_ text: String) throws(PolicyError) -> RuleSelector {
    do throws(PolicyError) { return try RuleSelector(checked: text) } catch {
      throw PolicyError(in: file, error.reason)
    }
  }
}
