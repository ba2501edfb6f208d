import KerasArchitecture
import TOMLKit
import Tensors
import Text
import WeightAudit
import WeightFiles

/// What a `.wtool.toml` says of audits.
struct InspectConfiguration: Sendable {
  static let fileName = ".wtool.toml"

  /// The file; `nil` where there is none.
  var source: String?
  var failOn: FailOn?
  var rules: [String] = []
  var ignored: [FindingPolicy.Ignored] = []
  var severities: [String: Severity] = [:]
  var baseline: String?
  var isStrict: Bool?
  var inputDeviation: Double?
  var targetDType: DType?
  var layers: String?
  /// Exceptions that are no longer made, one line each.
  var expired: [String] = []

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - file: its path.
  ///   - today: the day that decides which exceptions are still made.
  /// - Throws: one line that says what is wrong and where.
  init(file: String, today: CalendarDay = .today) throws(CommandFailure) {
    let bytes: [UInt8]
    do throws(WeightFileError) { bytes = try ModelDocument.text(file) } catch {
      throw CommandFailure(error.description, .usage)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandFailure("\(file): not TOML: it is not UTF-8", .usage)
    }
    if let fault = TOMLScan.fault(in: text) {
      throw CommandFailure("\(file):\(fault.line): not TOML: expected \(fault.expected)", .usage)
    }
    let table: TOMLTable
    do { table = try TOMLTable(string: text) } catch let error as TOMLParseError {
      throw CommandFailure(
        "\(file):\(error.source.begin.line): not TOML: \(error.description.clipped)", .usage)
    } catch {
      throw CommandFailure("\(file): not TOML: \(error)", .usage)
    }
    source = file
    let reader = Reader(file: file)
    for key in table.keys {
      guard let value = table[key] else { continue }
      switch key {
      case "fail-on":
        failOn = try reader.choice(value, key, FailOn.init(rawValue:), "error, warning, note or never")
      case "rule": rules = try reader.rules(value, key)
      case "ignore": ignored += try reader.ignored(value, key, reason: file)
      case "severity": severities = try reader.severities(value, key)
      case "baseline": baseline = try Self.relative(reader.string(value, key), to: file)
      case "strict":
        guard let flag = value.bool else { throw reader.failure(key, "true or false") }
        isStrict = flag
      case "input-std":
        guard let number = value.double ?? value.int.map(Double.init), number > 0, number.isFinite else {
          throw reader.failure(key, "a positive number")
        }
        inputDeviation = number
      case "target-dtype":
        targetDType = try reader.choice(
          value, key, DType.init(target:), DType.targets.joined(separator: " or "))
      case "layers": layers = try reader.string(value, key)
      case "override":
        guard let items = value.array else { throw reader.failure(key, "tables: [[override]]") }
        for number in items.indices { try add(items[number].table, number, reader, today) }
      default:
        throw CommandFailure(
          "\(file): there is no setting '\(key.clipped)'"
            + (NearestSpelling.of(key, in: Self.keys).map { "; did you mean '\($0)'?" } ?? ""), .usage)
      }
    }
  }

  init() {}

  private static let keys = [
    "fail-on", "rule", "ignore", "severity", "baseline", "strict", "input-std", "target-dtype", "layers",
    "override",
  ]

  /// An exception for some layers.
  private mutating func add(
    _ table: TOMLTable?, _ number: Int, _ reader: Reader, _ today: CalendarDay
  ) throws(CommandFailure) {
    let place = "override \(number + 1)"
    guard let table else { throw reader.failure(place, "a table") }
    for key in table.keys where !["layers", "ignore", "reason", "expires"].contains(key) {
      throw CommandFailure("\(reader.file): \(place) has no setting '\(key.clipped)'", .usage)
    }
    guard let layers = table["layers"], let ignore = table["ignore"] else {
      throw CommandFailure("\(reader.file): \(place) needs `layers` and `ignore`", .usage)
    }
    let words = table["reason"]?.string?.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard let reason = words, !reason.isEmpty else {
      throw CommandFailure("\(reader.file): \(place) needs a `reason`", .usage)
    }
    if let expires = table["expires"] {
      guard let date = expires.date else {
        throw reader.failure("\(place): expires", "a date such as 2027-01-31")
      }
      let last = CalendarDay(year: date.year, month: date.month, day: date.day)
      if last < today {
        expired.append("\(reader.file): \(place) (\(reason.clipped)) expired on \(last)")
        return
      }
    }
    for glob in try reader.strings(layers, "\(place): layers") {
      for rule in try reader.rules(ignore, "\(place): ignore") {
        ignored.append(FindingPolicy.Ignored(rule: rule, place: glob, reason: reason))
      }
    }
  }

  /// The configuration that counts for a file: the nearest one in its folder or above, or else the user's own.
  ///
  /// - Parameter file: a path; standard input counts as a file of the current folder.
  /// - Returns: the path of a configuration, if there is one.
  static func path(for file: String) -> String? {
    for folder in POSIXPath.foldersAbove(file) {
      let candidate = folder == "/" ? "/\(fileName)" : "\(folder)/\(fileName)"
      if POSIXPath.isFile(candidate) { return candidate }
    }
    let home = Terminal.environment("XDG_CONFIG_HOME") ?? Terminal.environment("HOME").map { "\($0)/.config" }
    return home.map { "\($0)/wtool/wtool.toml" }.flatMap { POSIXPath.isFile($0) ? $0 : nil }
  }

  private static func relative(_ path: String, to file: String) -> String {
    guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
    return "\(file[..<slash])/\(path)"
  }
}

/// Reads values of one file, and names it where they are wrong.
private struct Reader {
  let file: String

  func failure(_ key: String, _ expected: String) -> CommandFailure {
    CommandFailure("\(file): \(key): expected \(expected)", .usage)
  }

  func string(_ value: any TOMLValueConvertible, _ key: String) throws(CommandFailure) -> String {
    guard let text = value.string, !text.isEmpty else { throw failure(key, "a text") }
    return text
  }

  /// A text, or a list of them.
  func strings(_ value: any TOMLValueConvertible, _ key: String) throws(CommandFailure) -> [String] {
    if let text = value.string { return [text] }
    let texts = value.array.map { array in array.map { $0.string } }
    guard let texts, texts.allSatisfy({ $0 != nil }) else { throw failure(key, "a text or a list of texts") }
    return texts.compactMap(\.self)
  }

  func choice<Value>(
    _ value: any TOMLValueConvertible, _ key: String, _ make: (String) -> Value?, _ expected: String
  ) throws(CommandFailure) -> Value {
    guard let text = value.string, let result = make(text) else { throw failure(key, expected) }
    return result
  }

  func rules(_ value: any TOMLValueConvertible, _ key: String) throws(CommandFailure) -> [String] {
    let rules = try strings(value, key)
    for rule in rules { try check(rule) }
    return rules
  }

  func ignored(
    _ value: any TOMLValueConvertible, _ key: String, reason: String
  ) throws(CommandFailure) -> [FindingPolicy.Ignored] {
    var result: [FindingPolicy.Ignored] = []
    for text in try strings(value, key) {
      let item = FindingPolicy.Ignored(text, reason: "ignore \(text) in \(reason)")
      try check(item.rule)
      result.append(item)
    }
    return result
  }

  func severities(_ value: any TOMLValueConvertible, _ key: String) throws(CommandFailure) -> [String:
    Severity]
  {
    guard let table = value.table else { throw failure(key, "a table: [severity]") }
    var result: [String: Severity] = [:]
    for rule in table.keys {
      try check(rule)
      guard let level = table[rule]?.string.flatMap(Severity.init(rawValue:)) else {
        throw failure("severity.\(rule)", "error, warning or note")
      }
      result[rule] = level
    }
    return result
  }

  private func check(_ rule: String) throws(CommandFailure) {
    do throws(CommandFailure) { try FindingPolicy.check(rule) } catch {
      throw CommandFailure("\(file): \(error.message)", .usage)
    }
  }
}

extension DType {
  /// What weights are converted to for a device.
  static let targets = ["float16", "bfloat16"]

  init?(target name: String) {
    guard Self.targets.contains(name), let dtype = DType(rawValue: name) else { return nil }
    self = dtype
  }
}
