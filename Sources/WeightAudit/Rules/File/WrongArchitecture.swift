/// FIL001.
enum WrongArchitecture: FileRule {
  static let descriptor = RuleDescriptor(
    id: "FIL001", name: "wrong-architecture", severity: .error,
    summary: "The file's tensors are not those of its architecture.",
    rationale: "Keras loads such a file into another model, in part, or not at all.",
    remedy: "name the architecture that the file was written with: --model arch.json",
    source: "keras.Model.load_weights")

  static func finding(_ facts: FileFacts) -> Finding? {
    facts.mismatch.map {
      // Of a file's own architecture wtool may know less than Keras does.
      Finding(
        descriptor, layer: "", $0, severity: facts.isArchitectureNamed ? .error : .warning, isProof: true)
    }
  }
}
