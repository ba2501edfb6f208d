/// A name, cut into texts and the numbers between them: `run2/epoch10.h5` has the numbers 2, 10 and 5.
package struct NumberedName: Sendable, Hashable {
  /// What is before, between and behind the numbers; one more than there are numbers, and some may be empty.
  package private(set) var texts: [Substring] = []
  /// Digits without leading zeros: there may be more than fit an integer.
  package private(set) var numbers: [Substring] = []
  private let name: String

  package init(_ name: String) {
    self.name = name
    var rest = name[...]
    while true {
      let text = rest.prefix { !Self.isDigit($0) }
      texts.append(text)
      rest = rest[text.endIndex...]
      if rest.isEmpty { break }
      let digits = rest.prefix(while: Self.isDigit)
      numbers.append(digits.drop { $0 == "0" })
      rest = rest[digits.endIndex...]
    }
  }

  private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

  /// Whether a number is smaller than another one.
  package static func isSmaller(_ one: Substring, _ other: Substring) -> Bool {
    one.count == other.count ? one < other : one.count < other.count
  }
}

extension NumberedName: Comparable {
  /// The order in which people number names: `epoch2` before `epoch10`.
  ///
  /// Names that differ in leading zeros alone compare as texts, so that the order is total.
  package static func < (one: NumberedName, other: NumberedName) -> Bool {
    for index in one.texts.indices {
      guard index < other.texts.count else { return false }
      if one.texts[index] != other.texts[index] { return one.texts[index] < other.texts[index] }
      guard index < one.numbers.count, index < other.numbers.count else { continue }
      if one.numbers[index] != other.numbers[index] {
        return isSmaller(one.numbers[index], other.numbers[index])
      }
    }
    return one.texts.count == other.texts.count ? one.name < other.name : true
  }
}
