/// The differences of two texts, as `diff -u` prints them.
package struct UnifiedDiff {
  private enum Line { case kept(String), removed(String), added(String) }

  private let lines: [Line]
  private let names: (before: String, after: String)
  /// The number of lines around a change that are shown with it.
  private static let context = 3

  /// - Parameters:
  ///   - before: the lines of one text.
  ///   - after: those of the other one.
  ///   - from: what the first text is called.
  ///   - to: what the other one is called.
  package init(_ before: [String], _ after: [String], from: String, to: String) {
    names = (from, to)
    let difference = after.difference(from: before)
    func offset(_ change: CollectionDifference<String>.Change) -> Int {
      switch change {
      case .remove(let offset, _, _), .insert(let offset, _, _): offset
      }
    }
    let removed = Set(difference.removals.map(offset))
    let added = Set(difference.insertions.map(offset))
    var lines: [Line] = []
    var (old, new) = (0, 0)
    while old < before.count || new < after.count {
      if removed.contains(old), old < before.count {
        lines.append(.removed(before[old]))
        old += 1
      } else if added.contains(new), new < after.count {
        lines.append(.added(after[new]))
        new += 1
      } else {
        lines.append(.kept(before[old]))
        (old, new) = (old + 1, new + 1)
      }
    }
    self.lines = lines
  }

  /// Empty if the two are equal; made safe to print.
  package var text: String {
    let changed = lines.indices.filter { if case .kept = lines[$0] { false } else { true } }
    guard let first = changed.first else { return "" }
    var hunks: [Range<Int>] = []
    var hunk = Self.around(first, lines.count)
    for index in changed.dropFirst() {
      let next = Self.around(index, lines.count)
      if next.lowerBound <= hunk.upperBound {
        hunk = hunk.lowerBound..<next.upperBound
      } else {
        hunks.append(hunk)
        hunk = next
      }
    }
    hunks.append(hunk)
    return "--- \(names.before.safe)\n+++ \(names.after.safe)\n" + hunks.map(text).joined()
  }

  private static func around(_ index: Int, _ count: Int) -> Range<Int> {
    max(0, index - context)..<min(count, index + 1 + context)
  }

  private func text(_ hunk: Range<Int>) -> String {
    func counts(_ lines: some Sequence<Line>) -> (old: Int, new: Int) {
      lines.reduce(into: (0, 0)) { counts, line in
        switch line {
        case .kept: counts = (counts.0 + 1, counts.1 + 1)
        case .removed: counts.0 += 1
        case .added: counts.1 += 1
        }
      }
    }
    let before = counts(lines[..<hunk.lowerBound])
    let own = counts(lines[hunk])
    func range(_ start: Int, _ count: Int) -> String {
      let line = count == 0 ? start : start + 1
      return count == 1 ? "\(line)" : "\(line),\(count)"
    }
    let head = "@@ -\(range(before.old, own.old)) +\(range(before.new, own.new)) @@\n"
    return head
      + lines[hunk].map { line in
        switch line {
        case .kept(let text): " \(text.safe)\n"
        case .removed(let text): "-\(text.safe)\n"
        case .added(let text): "+\(text.safe)\n"
        }
      }.joined()
  }
}
