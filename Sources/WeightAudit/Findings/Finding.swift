/// A rule's verdict about one place of a model.
package struct Finding: Sendable, Hashable {
  /// A number that a message rests on, for programs.
  package struct Evidence: Sendable, Hashable {
    package let name: String
    package let value: Double

    init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// What a finding is about.
  package struct Place: Sendable, Hashable {
    let layer: String
    let tensor: String?
    let path: String?

    /// The file as a whole.
    package static let file = Place(layer: "", tensor: nil, path: nil)

    /// A layer, and the name of a tensor that is declared in it if it is about one.
    package static func layer(_ layer: String, tensor: String? = nil) -> Place {
      Place(layer: layer, tensor: tensor, path: nil)
    }

    /// A tensor of a file.
    static func tensor(_ tensor: AuditedTensor) -> Place {
      Place(layer: tensor.layer, tensor: tensor.name, path: tensor.path)
    }
  }

  package let rule: RuleDescriptor
  package var severity: Severity
  /// The layer, or the first of the layers, concerned; empty for a file as a whole.
  package let layer: String
  /// The tensor's name; `nil` if it is about a whole layer or model.
  package let tensor: String?
  /// The tensor's path in the file; `nil` if there is no file, or no single tensor.
  package let path: String?
  /// What was found, what was expected and what follows, in one sentence without a period.
  package internal(set) var message: String
  /// What to do, and in which layers.
  package private(set) var remedy: Remedy
  package let evidence: [Evidence]
  /// Whether it cannot be a false alarm: an exact statement about the file.
  package let isProof: Bool
  /// The rules whose findings are consequences of this one.
  package internal(set) var folded: [RuleID] = []
  /// The tensors, by name, that this follows from.
  private(set) var causes: [String] = []

  package init(
    _ rule: RuleDescriptor, at place: Place, _ message: String, severity: Severity? = nil,
    evidence: [Evidence] = [], isProof: Bool = false
  ) {
    self.rule = rule
    self.severity = severity ?? rule.severity
    layer = place.layer
    tensor = place.tensor
    path = place.path
    self.message = message
    remedy = rule.remedy.applied(to: place.layer.isEmpty ? [] : [place.layer])
    self.evidence = evidence
    self.isProof = isProof
  }

  /// Whether another finding is about the same tensor, or the same layer if it is about no single one.
  func isSamePlace(as other: Finding) -> Bool { path == other.path && layer == other.layer }

  /// The finding with another remedy than its rule's, for the same layers.
  func remedied(by other: Remedy) -> Finding {
    var result = self
    result.remedy = other.applied(to: remedy.layers)
    return result
  }

  /// The finding with a remedy that names the argument of its own weight.
  ///
  /// - Parameter arguments: those of weights, by their names, that are not `kernel_initializer`.
  /// - Returns: the finding, with the same remedy if its weight is none of these.
  package func remedied(byArguments arguments: [String: String]) -> Finding {
    guard let tensor, let argument = arguments[tensor] else { return self }
    var result = self
    result.remedy = remedy.declared(by: argument)
    return result
  }

  /// The finding, no more serious than this.
  func limited(to severity: Severity) -> Finding {
    var result = self
    result.severity = min(self.severity, severity)
    return result
  }

  /// The finding with a remedy for these layers.
  func remedied(in layers: [String]) -> Finding {
    var result = self
    result.remedy = remedy.applied(to: layers)
    return result
  }

  /// The finding with what is to be said of other places that have it.
  ///
  /// - Parameters:
  ///   - message: how many and which.
  ///   - consequences: the rules whose findings there are consequences.
  /// - Returns: one finding for all.
  package func spread(_ message: String, folding consequences: [RuleID]) -> Finding {
    var result = self
    result.message += "; \(message)"
    result.folded = Set(folded + consequences).sorted()
    return result
  }

  /// The finding as one that follows from some tensors.
  func caused(by tensors: [String]) -> Finding {
    var result = self
    result.causes = tensors
    return result
  }
}
