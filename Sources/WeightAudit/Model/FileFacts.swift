/// What is known of a file as a whole.
package struct FileFacts: Sendable {
  /// How it differs from the architecture that it was audited with; `nil` if it does not.
  package let mismatch: String?
  /// What to do about that; `nil` if it is to name the right one.
  package let advice: String?
  /// Whether that architecture was named by the user, rather than found in the file.
  package let isArchitectureNamed: Bool
  /// What could not be judged, or not in full, and why: one line each.
  package let unjudged: [String]
  /// Whether everything must be judged.
  package let isStrict: Bool
  /// What another Keras computes otherwise.
  package struct OtherArithmetic: Sendable {
    let kerasVersion: String
    /// The layers concerned.
    let layers: [String]

    package init(kerasVersion: String, layers: [String]) {
      self.kerasVersion = kerasVersion
      self.layers = layers
    }
  }

  /// What the Keras that wrote the file computes otherwise than the architecture's.
  package let otherArithmetic: OtherArithmetic?
  /// Why the description of the model in the file is damaged; `nil` if it is not, or there is none.
  package let damagedArchitecture: String?
  /// Weights that are declared as floating-point numbers and stored as integers: one line each.
  package let storedIntegers: [String]
  /// What its model's description says.
  package let declared: DeclaredFacts
  /// What of the file is in other files or datasets: one line each.
  package let externals: [String]

  package init(
    mismatch: String?, advice: String? = nil, isArchitectureNamed: Bool, unjudged: [String], isStrict: Bool,
    externals: [String] = [], otherArithmetic: OtherArithmetic? = nil, damagedArchitecture: String? = nil,
    storedIntegers: [String] = [], declared: DeclaredFacts = DeclaredFacts()
  ) {
    self.declared = declared
    self.damagedArchitecture = damagedArchitecture
    self.storedIntegers = storedIntegers
    self.otherArithmetic = otherArithmetic
    self.mismatch = mismatch
    self.advice = advice
    self.isArchitectureNamed = isArchitectureNamed
    self.unjudged = unjudged
    self.isStrict = isStrict
    self.externals = externals
  }
}
