import Tensors
import Text

/// EMB001.
enum RepeatedEmbeddings: TensorRule {
  static let descriptor = RuleDescriptor(
    "EMB001", "repeated-embeddings", severity: .note,
    remedy: .all(.advice("check how the pretrained vectors were copied, and the index of the first token")),
    .init(
      summary: "Rows of an embedding table are zero or copies of other rows.",
      rationale: "Tokens with the same vector cannot be told apart, and rows of zeros were never filled.",
      source: "Goodfellow et al. (2016), §12.4"))

  static let examples: [RuleExample] = [
    .found(
      "two equal rows",
      [
        ExampleTensor("e/embeddings", .embeddings, [8, 4], .normal(seed: 1, deviation: 1)) { values in
          for column in 0..<4 { values[20 + column] = values[8 + column] }
        }
      ]),
    .passed(
      "a padding row of zeros",
      [
        ExampleTensor("e/embeddings", .embeddings, [8, 4], .normal(seed: 1, deviation: 1)) { values in
          for column in 0..<4 { values[column] = 0 }
        }
      ]),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard tensor.role == .embeddings, tensor.isMeasurable, let units = tensor.measurements.units,
      units.layout.inputs >= 2, tensor.measurements.constant == nil
    else { return nil }
    let zeros = units.squares.indices.dropFirst().filter { units.squares[$0] == 0 }.count
    let copies = units.identical.reduce(0) { $0 + $1.count - 1 }
    guard zeros + copies > 0 else { return nil }
    let words = [
      zeros > 0 ? "\(NumberText.count(zeros)) are zero" : nil,
      copies > 0 ? "\(NumberText.count(copies)) are copies of earlier ones" : nil,
    ].compactMap { $0 }.joined(separator: " and ")
    return Finding(
      descriptor, at: .tensor(tensor), "of \(NumberText.count(units.layout.units)) rows \(words)",
      evidence: [.init("zero_rows", Double(zeros)), .init("copies", Double(copies))])
  }
}
