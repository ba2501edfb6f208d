import Text

/// FIL003.
enum ExternalReferences: Rule {
  static let descriptor = RuleDescriptor(
    "FIL003", "external-reference", severity: .error,
    remedy: .any(
      .advice("ask whoever made the file for one that holds its weights"), .advice("do not load the file")),
    .init(
      summary:
        "A part of the file is in other files, or in another place of it: external links, external storage, "
        + "virtual datasets, soft links.",
      rationale:
        "Whoever loads such a file reads other files of the system into the model, as its author wishes. "
        + "Keras refuses it.",
      source: "CVE-2026-1669; keras.saving"))

  private static func example(_ externals: [String]) -> RuleExample.Subject {
    .file(
      FileFacts(
        mismatch: nil, isArchitectureNamed: false, unjudged: [], isStrict: false, externals: externals))
  }

  static let examples: [RuleExample] = [
    .found(
      "a kernel whose values are in a file of the system",
      example(["/layers/dense/vars/0: its values are in another file, `/etc/passwd`"])),
    .passed("a file that holds all its weights", example([])),
  ]

  static func judge(_ file: FileFacts) -> [Finding] {
    guard let first = file.externals.first else { return [] }
    let others = file.externals.count - 1
    let more = others > 0 ? ", and \(NumberText.counted(others, "other reference"))" : ""
    return [Finding(descriptor, at: .file, first + more, isProof: true)]
  }
}
