/// The identifier of a rule: three letters for its family and three digits, `SYM001`. It is never used again
/// for another rule.
///
/// Literals are for descriptors, which tests check one by one: whoever searches the sources for an identifier
/// that a report prints finds the rule.
package struct RuleID: Sendable, Hashable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
  package let description: String

  package init(stringLiteral value: String) { description = value }

  /// What the rule is about; `nil` only for a literal that names no family.
  package var family: RuleFamily? { RuleFamily(rawValue: String(description.prefix(3))) }

  package static func < (one: RuleID, other: RuleID) -> Bool { one.description < other.description }
}

/// What rules are about: the first three letters of their identifiers.
package enum RuleFamily: String, Sendable, Hashable, CaseIterable {
  case bias = "BIA"
  case declaredValues = "DEC"
  case deadUnits = "DED"
  case distribution = "DST"
  case embeddings = "EMB"
  case file = "FIL"
  case gradient = "GRD"
  case normalization = "NRM"
  case numeric = "NUM"
  case propagation = "PRP"
  case recurrent = "RNN"
  case scale = "SCL"
  case series = "SER"
  case symmetry = "SYM"
  case training = "TRN"

  /// The family as a heading.
  package var title: String {
    switch self {
    case .bias: "Biases"
    case .declaredValues: "Declared and actual values"
    case .deadUnits: "Dead units"
    case .distribution: "Distribution of values"
    case .embeddings: "Embeddings"
    case .file: "Files"
    case .gradient: "Gradients"
    case .normalization: "Normalization"
    case .numeric: "Floating-point values"
    case .propagation: "Signal propagation"
    case .recurrent: "Recurrent layers"
    case .scale: "Scale"
    case .series: "Series of checkpoints"
    case .symmetry: "Symmetry"
    case .training: "Training"
    }
  }
}
