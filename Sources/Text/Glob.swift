/// Patterns of names, as shells have them: `*` any run of characters, `?` any one, `[a-c]` one of these.
package enum Glob {
  package static func matches(_ name: String, _ pattern: String) -> Bool {
    matches(Array(name)[...], Array(pattern)[...])
  }

  private static func matches(_ name: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
    // Where the last star is, and how much of the name it has swallowed: only the last one ever has to be
    // tried again.
    var (rest, places) = (name, pattern)
    var retry: (name: ArraySlice<Character>, pattern: ArraySlice<Character>)?
    while true {
      if places.first == "*" {
        places = places.dropFirst()
        retry = (rest, places)
        continue
      }
      if rest.isEmpty, places.isEmpty { return true }
      if let character = rest.first, let after = match(character, places) {
        (rest, places) = (rest.dropFirst(), after)
        continue
      }
      guard let last = retry, !last.name.isEmpty else { return false }
      retry = (last.name.dropFirst(), last.pattern)
      (rest, places) = (last.name.dropFirst(), last.pattern)
    }
  }

  /// What is left of a pattern after its first element matched a character; `nil` if it did not.
  private static func match(_ character: Character, _ pattern: ArraySlice<Character>) -> ArraySlice<
    Character
  >? {
    guard let first = pattern.first else { return nil }
    if first == "[", let end = pattern.dropFirst(2).firstIndex(of: "]") {
      var members = pattern[(pattern.startIndex + 1)..<end]
      let isNegated = members.first == "!" || members.first == "^"
      if isNegated { members = members.dropFirst() }
      let all = Array(members)
      var isMember = false
      var index = 0
      while index < all.count {
        if index + 2 < all.count, all[index + 1] == "-" {
          if all[index] <= character, character <= all[index + 2] { isMember = true }
          index += 3
        } else {
          if all[index] == character { isMember = true }
          index += 1
        }
      }
      return isMember != isNegated ? pattern[(end + 1)...] : nil
    }
    return first == "?" || first == character ? pattern.dropFirst() : nil
  }
}
