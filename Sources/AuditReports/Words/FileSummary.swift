import Text
import WeightAudit

/// A file's report in a few words: counts, coverage and what could not be judged. Names and reasons are safe
/// to print.
struct FileSummary {
  /// Tensors that were not judged for one reason.
  struct Unjudged {
    let reason: String
    let isPartial: Bool
    let firstTensor: String
    var count: Int

    /// The tensors and the reason: `dense/kernel and 3 more: stored as int32`.
    var words: String {
      let more = count > 1 ? " and \(NumberText.count(count - 1)) more" : ""
      return "\(firstTensor.safe)\(more): \(reason.safe)"
    }

    /// The same with what it is.
    var sentence: String { "\(isPartial ? "partly judged" : "not judged"): \(words)" }
  }

  private let file: FileReport

  init(_ file: FileReport) { self.file = file }

  /// `2 errors, 1 note`; empty if nothing was found.
  var counts: String {
    Severity.allCases.reversed().filter { file.count($0) > 0 }.map { $0.counted(file.count($0)) }
      .joined(separator: ", ")
  }

  /// The number of tensors that at least one rule could judge.
  var checkedCount: Int {
    // A tensor that was not even read is skipped, but is none of the report's.
    let unjudged = Set(file.skipped.filter { !$0.isPartial }.map(\.tensor))
    return file.tensors.count { !unjudged.contains($0.name) }
  }

  /// `12 of 12 tensors checked`.
  var coverage: String {
    file.tensors.isEmpty
      ? "declarations only"
      : "\(NumberText.count(checkedCount)) of \(NumberText.counted(file.tensors.count, "tensor")) checked"
  }

  /// `state: fresh (4 of 4 biases …)`; `nil` for an architecture.
  var state: String? { file.state.map { "state: \($0.value.rawValue) (\($0.reason.safe))" } }

  /// What the file is: `h5`, `Keras 3.15.0`.
  var origin: [String] {
    [file.container.format.safe] + (file.container.kerasVersion.map { ["Keras \($0.safe)"] } ?? [])
  }

  /// What could not be judged, each reason once.
  var unjudged: [Unjudged] {
    var groups: [Unjudged] = []
    for item in file.skipped {
      if let index = groups.firstIndex(where: { $0.reason == item.reason }) {
        groups[index].count += 1
      } else {
        groups.append(
          Unjudged(reason: item.reason, isPartial: item.isPartial, firstTensor: item.tensor, count: 1))
      }
    }
    return groups
  }
}
