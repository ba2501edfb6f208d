/// The order in which people number names: `epoch2` before `epoch10`.
package enum NaturalOrder {
  /// Whether a name comes before another one.
  ///
  /// Runs of digits compare as numbers, everything else by its characters. Names that differ in leading zeros
  /// alone compare as texts, so that the order is total.
  package static func precedes(_ one: String, _ other: String) -> Bool {
    let (left, right) = (parts(of: one), parts(of: other))
    for (a, b) in zip(left, right) where a != b { return precedes(a, b) }
    if left.count != right.count { return left.count < right.count }
    return one < other
  }

  private enum Part: Equatable {
    case text(Substring)
    /// Digits without leading zeros: there may be more than fit an integer.
    case number(Substring)
  }

  private static func parts(of name: String) -> [Part] {
    var parts: [Part] = []
    var rest = name[...]
    while let first = rest.first {
      let isNumber = isDigit(first)
      let run = rest.prefix { isDigit($0) == isNumber }
      parts.append(isNumber ? .number(run.drop { $0 == "0" }) : .text(run))
      rest = rest[run.endIndex...]
    }
    return parts
  }

  private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

  private static func precedes(_ one: Part, _ other: Part) -> Bool {
    switch (one, other) {
    case (.number(let a), .number(let b)): a.count == b.count ? a < b : a.count < b.count
    case (.text(let a), .text(let b)): a < b
    case (.number, .text): true
    case (.text, .number): false
    }
  }
}
