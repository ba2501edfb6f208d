import ArgumentParser
import KerasArchitecture
import ModelFiles

/// What a user decides about the upgrade of a model of Keras 1 or 2 to Keras 3.
struct UpgradeOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "What Python code in a model of Keras 1 or 2 is in Keras 3: 'lambda_1=activation:relu6'.",
      discussion:
        "The name of a Lambda, or of a layer or function that is not of Keras, and that of an activation.",
      valueName: "name=activation:function"))
  var replace: [String] = []

  @Flag(
    name: .long,
    help: "Refuse an upgrade that computes values anew, or that is not certain to predict the same.")
  var strict = false

  func validate() throws {
    if replace.contains(where: { Self.replacement($0)?.function == "hard_sigmoid" }) {
      throw ValidationError(
        "--replace cannot name hard_sigmoid, which is another function in Keras 3 than in Keras 1 and 2.")
    }
    for text in replace where Self.replacement(text) == nil {
      throw ValidationError(
        "--replace expects NAME=activation:FUNCTION, such as lambda_1=activation:relu6, not '\(text)'.")
    }
  }

  private static func replacement(_ text: String) -> (name: String, function: String)? {
    guard let mark = text.firstRange(of: "=activation:") else { return nil }
    let (name, function) = (text[..<mark.lowerBound], text[mark.upperBound...])
    return name.isEmpty || function.isEmpty ? nil : (String(name), String(function))
  }

  var options: ModelUpgrade.Options {
    var options = ModelUpgrade.Options()
    for text in replace {
      if let (name, function) = Self.replacement(text) { options.replacements[name] = function }
    }
    return options
  }

  /// Prints what stands against an upgrade, a line each.
  ///
  /// - Throws: if something does.
  func check(_ report: UpgradeReport) throws(ModelFileError) {
    report.obstacles.forEach(StandardError.write)
    if let failure = report.failure(isStrict: strict) { throw failure }
  }
}
