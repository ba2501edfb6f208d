import ArgumentParser
import KerasArchitecture
import ModelFiles
import OrderedJSON
import WeightFiles

/// `wtool upgrade`: the description of a model of Keras 1 or 2 as one of Keras 3.
struct Upgrade: WToolCommand {
  static let configuration = CommandConfiguration(
    abstract: "Translate the description of a model of Keras 1 or 2 into that of Keras 3.",
    discussion: """
      The result is what model_from_json of Keras 3 reads. Where weights have to be rearranged or computed \
      anew for the same predictions, a note says so: `wtool convert` does that to a file that has them.

      Examples:
        wtool upgrade arch.json -o new.json
        wtool upgrade old.h5 | jq .config.layers
      """)

  @Argument(help: "The architecture: JSON, an .h5 of a whole model, a .keras archive; - for standard input.")
  var arch: InputSource

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file to write; standard output if there is none.", valueName: "file"))
  var output: OutputDestination?

  @Flag(name: .long, help: "Replace the output if it exists.")
  var force = false

  @OptionGroup var upgrading: UpgradeOptions

  @OptionGroup var template: LikeOption

  @OptionGroup var input: InputShapeOption

  @OptionGroup var reading: ReadingOptions

  @Flag(name: .shortAndLong, help: "Print errors only.")
  var quiet = false

  func execute() async throws -> ExitStatus {
    try StandardInput.checkReadOnce(["the architecture": arch, "--like": template.like])
    let reader = try reading.reader()
    let (upgrade, generation) = try ArchitectureInput.upgrade(
      arch, like: try template.like.map(reader.catalog), input.shapes(), upgrading.options, reader)
    let report = UpgradeReport(upgrade, of: arch.name, generation, isDocument: true)
    try upgrading.check(report)
    if !quiet { report.notes.forEach(StandardError.write) }
    let text = upgrade.document.prettyText() + "\n"
    switch output {
    case nil, .standardOutput?: try StandardOutput.write(text)
    case .path(let path)?:
      for difference in try ReportFile.write(text, to: path, replaces: force) {
        StandardError.write(difference: difference, of: path)
      }
    }
    return .success
  }
}
