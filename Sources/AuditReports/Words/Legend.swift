import Text

/// What the signs and words of a report mean.
package enum Legend {
  private static let entries: [(sign: String, meaning: String)] = [
    ("✓", "nothing was found"),
    ("·", "a note: worth knowing, and no fault by itself"),
    ("⚠", "a warning: likely a fault"),
    ("✖", "an error: the model, or a part of it, cannot learn or cannot be used as it is"),
    ("std", "the standard deviation of a kernel's values"),
    ("×", "std over the standard deviation that the declared initializer gives; 1 is as declared"),
    (
      "distribution",
      "how the values spread over ±3.2 declared standard deviations: flat is too large a scale, a spike too "
        + "small; without a declaration over ±3.2 times their own scale"
    ),
    ("–", "not known, not declared, or of no meaning, as the rank of a vector"),
    (
      "signal →",
      "the predicted root mean square of each layer's output for inputs of unit mean square; ▁ is 1e-3 or "
        + "less, ▄ is 1, █ is 1e3 or more"
    ),
    (
      "gradient ←", "the same of the gradient with respect to that output, for a unit gradient at the outputs"
    ),
    ("fresh", "as an initializer left them: rules for fresh weights apply"),
    ("trained", "an optimizer has moved them: rules for trained weights apply"),
    ("mixed", "some layers are trained, others are not: each is judged by itself"),
    ("unknown", "nothing tells: only rules apply that hold for any weights"),
    (
      "checked",
      "at least one rule could judge the tensor; what could not be judged is listed with the reason"
    ),
    ("also", "rules whose findings follow from the one above them"),
    ("fixable", "goes away with wtool inspect --fix, as was tried"),
    (
      "change",
      "‖ΔW‖ / ‖W‖ from each checkpoint to the next: ▁ is 1e-4 or less, ▄ is 1e-2, █ is 1 or more, · is none, "
        + "? is not finite"
    ),
    (
      "stable rank",
      "‖W‖² over the square of the largest singular value: how many directions share the weight"
    ),
  ]

  /// All of them, a line or more each.
  ///
  /// - Parameter width: the number of columns of the terminal.
  /// - Returns: the lines.
  package static func text(width: Int) -> String {
    let column = entries.map(\.sign.count).max() ?? 0
    return entries.map { sign, meaning in
      let head = sign + String(repeating: " ", count: column - sign.count + 2)
      let lines = TextWrapping.lines(
        meaning, width: max(40, width), indent: String(repeating: " ", count: head.count))
      return ([head + (lines.first ?? "").dropFirst(head.count)] + lines.dropFirst()).joined(separator: "\n")
        + "\n"
    }.joined()
  }

  /// What a table of kernels needs to be read.
  static let ofTable =
    "×: std over the declared one; distribution: over ±3.2 declared std; "
    + "wtool inspect --legend explains the rest"
}
