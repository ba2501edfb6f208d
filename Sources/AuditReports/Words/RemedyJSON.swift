package import OrderedJSON
package import WeightAudit

/// A remedy as JSON: the text, and the same as data.
package enum RemedyJSON {
  /// The members `remedy`, `remedy_relation`, `remedy_actions` and `remedy_layers`.
  ///
  /// - Parameters:
  ///   - remedy: what to do.
  ///   - isOfWeightsAlone: whether the file that it is about does not describe its model.
  /// - Returns: the members in their order.
  package static func members(_ remedy: Remedy, isOfWeightsAlone: Bool = false) -> [JSONObject.Member] {
    [
      .init(
        key: "remedy",
        value: .string(RemedyText(remedy, isOfWeightsAlone: isOfWeightsAlone).description)),
      .init(key: "remedy_relation", value: .string(remedy.relation.rawValue)),
      .init(key: "remedy_actions", value: .array(remedy.actions.map(action))),
      .init(key: "remedy_layers", value: .array(remedy.layers.map { .string($0) })),
    ]
  }

  private static func action(_ action: Remedy.Action) -> JSONValue {
    switch action {
    case .declare(let field, let choices):
      [
        "action": "declare", "field": .string(field),
        "choices": .array(
          choices.map { ["value": .string($0.value), "suits": $0.suits.map { .string($0) } ?? .null] }),
      ]
    case .setArgument(let field, let value):
      ["action": "set-argument", "field": .string(field), "value": .bool(value)]
    case .separateSeeds: ["action": "separate-seeds"]
    case .redraw: ["action": "redraw"]
    case .advice(let text): ["action": "advice", "text": .string(text)]
    }
  }
}
