import ArgumentParser

/// What is done about findings, rather than reporting them alone.
struct FixOptions: ParsableArguments {
  @Flag(
    name: .long,
    help: ArgumentHelp(
      "Mend what was found, and write the result to --output.",
      discussion:
        "Of an architecture, the declared initializers that findings are about; of a weight file, the "
        + "weights that are provably broken are drawn anew. Nothing else changes, trained weights least of "
        + "all."))
  var fix = false

  @Flag(name: .long, help: "With --fix, print what would change in an architecture, as a unified diff.")
  var diff = false

  @Flag(name: .long, help: "With --fix, replace the output if it exists.")
  var force = false

  @OptionGroup var seeds: SeedOptions

  func validate() throws {
    guard fix else {
      if diff || force || seeds.seed != nil {
        throw ValidationError("--diff, --force and --seed are about --fix, which is not given.")
      }
      return
    }
    if diff, force { throw ValidationError("--diff writes nothing that --force could replace.") }
  }

  /// Refuses what does not go together with the mending of one file.
  func check(fileCount: Int, output: String?) throws {
    guard fix else { return }
    guard fileCount == 1 else { throw ValidationError("--fix mends one file at a time; found \(fileCount).") }
    if diff, output != nil { throw ValidationError("--diff writes no file: leave out --output.") }
    if !diff, output == nil {
      throw ValidationError("--fix needs the file to write: --output FILE, or --diff to see the changes.")
    }
  }
}
