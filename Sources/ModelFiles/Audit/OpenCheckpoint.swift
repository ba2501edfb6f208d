import Failures
import Tensors
import WeightFiles

/// A checkpoint whose tensors are known.
struct OpenCheckpoint {
  /// Which of the files it is.
  let index: Int
  let audit: FileAudit
  let stored: StoredModel
  private(set) var rows: [AuditRow]

  init(_ index: Int, _ item: SeriesAudit.Item) throws(ModelFileError) {
    self.index = index
    audit = item.audit
    guard case .weights(let catalog) = try item.audit.reader.contents(item.source) else {
      throw ModelFileError(
        .mismatch, in: item.source.name, "a series is of weight files, and this is none")
    }
    stored = try item.audit.stored(catalog)
    rows = try item.audit.judgedRows(stored)
  }

  /// The one that most of them are like: of several models the one with most checkpoints, and its last.
  static func reference(of files: [OpenCheckpoint]) -> OpenCheckpoint? {
    let groups = Dictionary(grouping: files.indices) { files[$0].shapes }
    let largest = groups.values.max { one, other in
      (one.count, one.last ?? 0) < (other.count, other.last ?? 0)
    }
    return largest?.last.map { files[$0] }
  }

  /// How many tensors of each shape there are.
  private var shapes: [Shape: Int] {
    Dictionary(rows.map { (spec($0).shape, 1) }) { $0 + $1 }
  }

  /// The checkpoint with its tensors in the order of another one.
  ///
  /// - Throws: if they are not of one model.
  func arranged(as other: OpenCheckpoint) throws(ModelFileError) -> OpenCheckpoint {
    var result = self
    let pairs = try pairs(with: other)
    let mine = Dictionary(rows.map { ($0.index, $0) }) { first, _ in first }
    let partners = Dictionary(pairs.compactMap { pair in pair.first.map { ($0, pair) } }) { first, _ in first
    }
    result.rows = []
    for row in other.rows {
      guard let own = partners[row.index]?.second.flatMap({ mine[$0] }) else {
        throw difference("it has no `\(other.name(row))`", other)
      }
      let (shape, expected) = (spec(own).shape, other.spec(row).shape)
      guard shape == expected else {
        throw difference("`\(name(own))` has the shape \(shape); expected \(expected)", other)
      }
      result.rows.append(own)
    }
    let taken = Set(result.rows.map(\.index))
    if let extra = rows.first(where: { !taken.contains($0.index) }) {
      throw difference("it also has `\(name(extra))`", other)
    }
    return result
  }

  /// Which of its tensors is which of another one's.
  private func pairs(with other: OpenCheckpoint) throws(ModelFileError) -> [TensorPair] {
    let paths = Dictionary(rows.map { (stored.catalog.tensors[$0.index].path, $0.index) }) { first, _ in first
    }
    let simple = other.rows.map { row in
      let path = other.stored.catalog.tensors[row.index].path
      return TensorPair(name: path, first: row.index, second: paths[path])
    }
    // As the same code writes them again and again.
    if rows.count == other.rows.count, simple.allSatisfy({ $0.second != nil }) { return simple }
    return try TensorPair.pairs(other.stored, stored)
  }

  private func difference(_ reason: String, _ other: OpenCheckpoint) -> ModelFileError {
    ModelFileError(
      .mismatch, in: stored.catalog.name,
      "not a checkpoint of the model of \(other.stored.catalog.name): \(reason)")
  }

  private func spec(_ row: AuditRow) -> TensorSpec { stored.catalog.tensors[row.index].spec }

  private func name(_ row: AuditRow) -> String {
    row.layer.isEmpty ? row.variable : "\(row.layer)/\(row.variable)"
  }
}
