import ArgumentParser
import Initialization
import ModelFiles

/// Whether drawn kernels are scaled so that signals keep their scale.
struct CalibrationOptions: ParsableArguments {
  @Flag(
    name: .long,
    help: ArgumentHelp(
      "Multiply each drawn kernel by a factor, so that its outputs are predicted to have one scale.",
      discussion:
        "LSUV without data. The factors are noted in the file, where inspect and verify find them."))
  var calibrate = false

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "With --calibrate, the root mean square of the outputs of kernels; 1 by default.", valueName: "x"))
  var target: Double?

  func validate() throws {
    guard let target else { return }
    guard calibrate else { throw ValidationError("--target is about --calibrate, which is not given.") }
    guard target > 0, target.isFinite else { throw ValidationError("--target must be a positive number.") }
  }

  /// - Returns: `nil` if nothing is to be scaled.
  func calibration(of plan: WeightPlan) -> Calibration? {
    calibrate ? Calibration(of: plan, target: target ?? 1) : nil
  }
}
