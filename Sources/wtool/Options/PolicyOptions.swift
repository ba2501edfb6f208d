import ArgumentParser
import AuditPolicy
import Tensors
import WeightAudit
import WeightFiles

/// Which findings count, and how severe they are.
struct PolicyOptions: ParsableArguments {
  @Option(
    name: .long,
    help: "Minimum severity that makes the exit code 1: error, warning, note, never; error by default.")
  var failOn: FailureThreshold?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Apply only these rules: identifiers, names, or the beginning of identifiers: SYM.", valueName: "rule"))
  var rule: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Ignore a rule's findings, everywhere or in some layers or tensors: SYM007:target/*.",
      valueName: "rule[:glob]"))
  var ignore: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("Override a rule's severity: NRM003=warning.", valueName: "rule=severity"))
  var severity: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Ignore findings recorded in this baseline, which --write-baseline or --format json wrote.",
      valueName: "file"))
  var baseline: String?

  @Option(name: .long, help: ArgumentHelp("Record all findings in a baseline.", valueName: "file"))
  var writeBaseline: String?

  @Option(name: .long, help: ArgumentHelp("Report only findings in these layers.", valueName: "glob"))
  var layers: String?

  @Flag(name: .long, help: "Fail if something could not be judged.")
  var strict = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The standard deviation of the model's inputs, for the prediction of signals; 1 by default.",
      valueName: "x"))
  var inputStd: Double?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The dtype that the weights will be converted to: float16, bfloat16, int8.",
      discussion: "A table shows what each kernel loses.", valueName: "dtype"))
  var targetDtype: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Read settings from this file.",
      discussion: "Defaults to the nearest .wtool.toml beside or above each file, or else "
        + "$XDG_CONFIG_HOME/wtool/wtool.toml.", valueName: "file"))
  var config: String?

  @Flag(name: .long, help: "Read no settings files.")
  var noConfig = false

  func validate() throws {
    if config != nil, noConfig { throw ValidationError("--config and --no-config exclude each other.") }
    if let inputStd, !(inputStd > 0 && inputStd.isFinite) {
      throw ValidationError("--input-std must be a positive number.")
    }
    if let targetDtype, DType(targetName: targetDtype) == nil {
      throw ValidationError("--target-dtype must be \(DType.targetNames.joined(separator: " or ")).")
    }
  }

  /// The settings that apply to a file: those of the command line, then those of the nearest settings file.
  func settings(for file: InputSource) throws(PolicyError) -> AuditSettings {
    let configurationFolder =
      Terminal.environment("XDG_CONFIG_HOME") ?? Terminal.environment("HOME").map { "\($0)/.config" }
    let path =
      noConfig ? nil : config ?? SettingsFile.path(for: file, configurationFolder: configurationFolder)
    guard let path else { return try settings(nil) }
    return try settings(try SettingsFile(file: path))
  }

  private func settings(_ file: SettingsFile?) throws(PolicyError) -> AuditSettings {
    var settings = AuditSettings()
    settings.policy = try policy(file)
    settings.failOn = failOn ?? file?.failOn ?? .error
    settings.isStrict = strict || file?.isStrict == true
    settings.inputDeviation = inputStd ?? file?.inputDeviation ?? 1
    settings.targetDType = targetDtype.flatMap(DType.init(targetName:)) ?? file?.targetDType
    settings.source = file?.source
    settings.expired = file?.expired ?? []
    return settings
  }

  private func policy(_ file: SettingsFile?) throws(PolicyError) -> FindingPolicy {
    var policy = FindingPolicy()
    for text in rule.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
      policy.rules.append(try RuleSelector(checked: String(text)))
    }
    if policy.rules.isEmpty { policy.rules = file?.rules ?? [] }
    for text in ignore {
      policy.ignored.append(try IgnoredFindings(text, reason: "--ignore \(text)", isForThisRun: true))
    }
    policy.ignored += file?.ignored ?? []
    // The command line's come last: of two that name as much of a rule, the last one wins.
    policy.severities = file?.severities ?? []
    for text in severity { policy.severities.append(try SeverityOverride(text)) }
    policy.layers = layers ?? file?.layers
    if let baseline = baseline ?? file?.baseline {
      policy.baseline = try Baseline(file: baseline)
    }
    return policy
  }
}

extension FailureThreshold: ExpressibleByArgument {}
