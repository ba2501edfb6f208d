import Failures
import TOMLKit
package import Tensors
import Text
package import WeightAudit
package import WeightFiles

/// What a settings file, `.wtool.toml`, says of audits.
package struct SettingsFile: Sendable {
  static let fileName = ".wtool.toml"

  /// The file's path.
  package private(set) var source: String
  package private(set) var failOn: FailureThreshold?
  package private(set) var rules: [RuleSelector] = []
  package private(set) var ignored: [IgnoredFindings] = []
  package private(set) var severities: [SeverityOverride] = []
  /// The path of a baseline.
  package private(set) var baseline: String?
  package private(set) var isStrict: Bool?
  package private(set) var inputDeviation: Double?
  package private(set) var targetDType: DType?
  /// A glob of the layers that are reported.
  package private(set) var layers: String?
  /// Overrides that have expired, one line each.
  package private(set) var expired: [String] = []

  /// Reads a settings file.
  ///
  /// - Parameters:
  ///   - file: its path.
  ///   - today: the day that decides which overrides have expired.
  /// - Throws: what is wrong and where.
  package init(file: String, today: CalendarDay = .today) throws(PolicyError) {
    source = file
    let table = try Self.table(file)
    let reader = SettingsReader(file: file)
    for key in table.keys {
      if let value = table[key] { try read(key, value, reader, today) }
    }
  }

  private static func table(_ file: String) throws(PolicyError) -> TOMLTable {
    let bytes: [UInt8]
    do throws(WeightFileError) { bytes = try ModelDocument.text(.path(file)) } catch {
      throw PolicyError(in: nil, error.description)
    }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let unmarked = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
    guard let text = String(validating: unmarked, as: UTF8.self) else {
      throw PolicyError(in: file, "not TOML: it is not UTF-8")
    }
    if let fault = TOMLScan.fault(in: text) {
      throw PolicyError(in: "\(file):\(fault.line)", "not TOML: expected \(fault.expected)")
    }
    do { return try TOMLTable(string: text) } catch let error as TOMLParseError {
      throw PolicyError(in: "\(file):\(error.source.begin.line)", "not TOML: \(error.description.clipped)")
    } catch {
      throw PolicyError(in: file, "not TOML: \(error)")
    }
  }

  private mutating func read(
    _ key: String, _ value: any TOMLValueConvertible, _ reader: SettingsReader, _ today: CalendarDay
  ) throws(PolicyError) {
    switch key {
    case "fail-on":
      failOn = try reader.choice(
        value, key, FailureThreshold.init(rawValue:), "error, warning, note or never")
    case "rule": rules = try reader.rules(value, key)
    case "ignore": ignored += try reader.ignored(value, key, reason: reader.file)
    case "severity": severities = try reader.severities(value, key)
    case "baseline": baseline = try Self.relative(reader.string(value, key), to: reader.file)
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
        value, key, DType.init(targetName:), DType.targetNames.joined(separator: " or "))
    case "layers": layers = try reader.string(value, key)
    case "override":
      guard let items = value.array else { throw reader.failure(key, "tables: [[override]]") }
      for index in items.indices { try add(items[index].table, index, reader, today) }
    default:
      throw PolicyError(
        in: reader.file,
        "there is no setting '\(key.clipped)'\(NearestSpelling.hint(for: key, in: Self.keys, quote: "'"))")
    }
  }

  private static let keys = [
    "fail-on", "rule", "ignore", "severity", "baseline", "strict", "input-std", "target-dtype", "layers",
    "override",
  ]

  /// Adds an override for some layers.
  private mutating func add(
    _ table: TOMLTable?, _ index: Int, _ reader: SettingsReader, _ today: CalendarDay
  ) throws(PolicyError) {
    let place = "override \(index + 1)"
    guard let table else { throw reader.failure(place, "a table") }
    for key in table.keys where !["layers", "ignore", "reason", "expires"].contains(key) {
      throw PolicyError(in: reader.file, "\(place) has no setting '\(key.clipped)'")
    }
    guard let layers = table["layers"], let ignore = table["ignore"] else {
      throw PolicyError(in: reader.file, "\(place) needs `layers` and `ignore`")
    }
    let words = table["reason"]?.string?.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard let reason = words, !reason.isEmpty else {
      throw PolicyError(in: reader.file, "\(place) needs a `reason`")
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
        ignored.append(IgnoredFindings(rule, place: glob, reason: reason))
      }
    }
  }

  /// The settings file that applies to an input: the nearest one in its folder or above, or else the user's
  /// own.
  ///
  /// - Parameters:
  ///   - input: standard input counts as a file of the current folder.
  ///   - configurationFolder: the folder of the user's settings, `$XDG_CONFIG_HOME`.
  /// - Returns: its path; `nil` if there is none.
  package static func path(for input: InputSource, configurationFolder: String?) -> String? {
    for folder in POSIXPath.foldersAbove(input) {
      let candidate = folder == "/" ? "/\(fileName)" : "\(folder)/\(fileName)"
      if POSIXPath.isFile(candidate) { return candidate }
    }
    guard let configurationFolder else { return nil }
    let own = "\(configurationFolder)/wtool/wtool.toml"
    return POSIXPath.isFile(own) ? own : nil
  }

  private static func relative(_ path: String, to file: String) -> String {
    guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
    return "\(file[..<slash])/\(path)"
  }
}
