/// A search for the word that was probably meant.
package enum NearestSpelling {
  /// The candidate with the smallest edit distance to a misspelled word; `nil` if none is close.
  package static func of(_ word: String, in candidates: [String]) -> String? {
    guard word.count <= 64 else { return nil }
    let scored = candidates.map { (distance(word.lowercased(), $0.lowercased()), $0) }
    guard let best = scored.min(by: { $0 < $1 }), best.0 <= max(1, word.count / 4) else { return nil }
    return best.1
  }

  /// The end of a message about an unknown word: a question after the nearest candidate or, without one,
  /// where to look.
  ///
  /// The nearest is quoted by `quote`, as the message quotes the word itself. Without one, the text is the
  /// clause `otherwise`. It starts with `; ` unless it is empty.
  package static func hint(
    for word: String, in candidates: [String], quote: Character = "`", otherwise: String = ""
  ) -> String {
    if let nearest = of(word, in: candidates) { return "; did you mean \(quote)\(nearest)\(quote)?" }
    return otherwise.isEmpty ? "" : "; \(otherwise)"
  }

  /// The Levenshtein distance.
  private static func distance(_ first: String, _ second: String) -> Int {
    let second = Array(second)
    var row = Array(0...second.count)
    for (index, character) in first.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in second.indices {
        let substitution = diagonal + (second[column] == character ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(substitution, row[column] + 1, row[column + 1] + 1)
      }
    }
    return row[second.count]
  }
}
