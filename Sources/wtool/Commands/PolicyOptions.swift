import ArgumentParser
import AuditReports
import Tensors
import Text
import WeightAudit
import WeightFiles

/// Which findings count, and how much.
struct PolicyOptions: ParsableArguments {
  @Option(
    name: .long,
    help: "The least severity that makes the exit code 1: error, warning, note, never; error by default.")
  var failOn: FailOn?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Apply these rules only; the beginning of a name means all of a kind: SYM.", valueName: "rule"))
  var rule: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Do not count a rule's findings, or those in some layers or tensors: SYM007:target/*.",
      valueName: "rule[:glob]"))
  var ignore: [String] = []

  @Option(
    name: .long, help: ArgumentHelp("Judge a rule otherwise: NRM003=warning.", valueName: "rule=severity"))
  var severity: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Count findings only that are not in this file, of --write-baseline or --format json.",
      valueName: "file"))
  var baseline: String?

  @Option(name: .long, help: ArgumentHelp("Write down all findings as known.", valueName: "file"))
  var writeBaseline: String?

  @Option(name: .long, help: ArgumentHelp("Report only what is in these layers.", valueName: "glob"))
  var layers: String?

  @Flag(name: .long, help: "Count it as an error if something could not be judged.")
  var strict = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The standard deviation of the inputs, for the prediction of signals; 1 by default.", valueName: "x"))
  var inputStd: Double?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The type that the weights are to be converted to: float16, bfloat16.", valueName: "dtype"))
  var targetDtype: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Read settings from this file.",
      discussion: "By default from the nearest .wtool.toml beside or above each file, or else from "
        + "$XDG_CONFIG_HOME/wtool/wtool.toml.", valueName: "file"))
  var config: String?

  @Flag(name: .long, help: "Read no settings from files.")
  var noConfig = false

  func validate() throws {
    if config != nil, noConfig { throw ValidationError("--config and --no-config exclude each other.") }
    if let inputStd, !(inputStd > 0 && inputStd.isFinite) {
      throw ValidationError("--input-std must be a positive number.")
    }
    if let targetDtype, DType(target: targetDtype) == nil {
      throw ValidationError("--target-dtype must be \(DType.targets.joined(separator: " or ")).")
    }
  }

  /// The settings that count for a file: the command line's, and those of the file that is nearest.
  func settings(for file: String) throws(CommandFailure) -> AuditSettings {
    let path = noConfig ? nil : config ?? InspectConfiguration.path(for: file)
    let configuration = try path.map { path throws(CommandFailure) in try InspectConfiguration(file: path) }
    return try settings(configuration ?? InspectConfiguration())
  }

  private func settings(_ configuration: InspectConfiguration) throws(CommandFailure) -> AuditSettings {
    var policy = FindingPolicy()
    policy.rules = rule.flatMap { $0.split(separator: ",").map(String.init) }
    for name in policy.rules { try FindingPolicy.check(name) }
    if policy.rules.isEmpty { policy.rules = configuration.rules }
    if (ignore + rule).contains("") { try FindingPolicy.check("") }
    let ignored = ignore.map { FindingPolicy.Ignored($0) }
    for item in ignored { try FindingPolicy.check(item.rule) }
    policy.ignored = ignored + configuration.ignored
    policy.severities = configuration.severities
    policy.layers = layers ?? configuration.layers
    for text in severity {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, let level = Severity(rawValue: parts[1]) else {
        throw CommandFailure(
          "--severity: expected RULE=error, =warning or =note; found \(text.clipped)", .usage)
      }
      try FindingPolicy.check(parts[0])
      policy.severities[parts[0]] = level
    }
    if let baseline = baseline ?? configuration.baseline {
      let text: [UInt8]
      do throws(WeightFileError) { text = try ModelDocument.text(baseline) } catch {
        throw CommandFailure(error.description, .usage)
      }
      policy.baseline = try Baseline.identifiers(text, baseline)
    }
    return AuditSettings(
      policy: policy, failOn: failOn ?? configuration.failOn ?? .error,
      isStrict: strict || configuration.isStrict == true,
      inputDeviation: inputStd ?? configuration.inputDeviation ?? 1,
      targetDType: targetDtype.flatMap(DType.init(target:)) ?? configuration.targetDType,
      source: configuration.source, expired: configuration.expired)
  }
}
