/// Which layers of a model are meant: globs of names, or of classes after `class:`, separated by commas; what
/// begins with `!` is left out.
///
/// `class:Conv2D,block_*,!block_1` means all layers of the class Conv2D, and those whose names begin with
/// `block_`, but not the first block.
package struct LayerPattern: Sendable, Hashable, CustomStringConvertible {
  private struct Item: Sendable, Hashable {
    let isExcluded, isClass: Bool
    let glob: String
    let spelling: String

    init(_ text: Substring) {
      spelling = String(text)
      isExcluded = text.hasPrefix("!")
      let rest = text.drop { $0 == "!" }
      isClass = rest.hasPrefix("class:")
      glob = String(isClass ? rest.dropFirst("class:".count) : rest)
    }

    func matches(_ names: [String], _ classes: [String]) -> Bool {
      (isClass ? classes : names).contains { Glob.matches($0, glob) }
    }
  }

  /// As it was given.
  package let description: String
  private let items: [Item]

  package init(_ text: String) {
    description = text
    items = text.split(separator: ",").map(Item.init)
  }

  /// Whether something is meant that has one of these names, or is of one of these classes. If only something
  /// is left out, everything else is meant.
  ///
  /// - Parameters:
  ///   - names: what it is called.
  ///   - classes: what it is.
  ///   - around: what those are called that it is in: it is left out with them.
  /// - Returns: whether it is meant.
  package func matches(names: [String], classes: [String], around: [String] = []) -> Bool {
    let (excluded, included) = (items.filter(\.isExcluded), items.filter { !$0.isExcluded })
    let isLeftOut = excluded.contains { $0.matches(names + around, classes) }
    guard !items.isEmpty, !isLeftOut else { return false }
    return included.isEmpty || included.contains { $0.matches(names, classes) }
  }

  /// What is left out, as it was given.
  package var exclusions: Set<String> { Set(items.filter(\.isExcluded).map(\.spelling)) }

  /// Those of `exclusions` that mean something with one of these names, or of one of these classes.
  package func exclusions(names: [String], classes: [String]) -> Set<String> {
    Set(items.filter { $0.isExcluded && $0.matches(names, classes) }.map(\.spelling))
  }

  /// Whether it is a name and nothing else.
  package func isName(_ name: String) -> Bool { items.count == 1 && description == name }
}
