import Text

/// Which weights of a model are meant: globs of layers' names, or of weights' (`layer/weight`), or of classes
/// (`LayerPattern`).
package struct WeightSelection: Sendable, Hashable {
  package let globs: [String]

  package init(_ globs: [String]) { self.globs = globs }

  /// Whether nothing is selected by name.
  package var isEmpty: Bool { globs.isEmpty }

  /// The creation indices of the weights that a glob selects: by its own name, or by the name or path of a
  /// layer around it.
  package func weights(of glob: String, among names: [NamedWeight]) -> Set<Int> {
    let pattern = LayerPattern(glob)
    return Set(
      names.filter { pattern.matches(names: Self.names(of: $0), classes: $0.classes) }.map(\.weight))
  }

  /// What a glob leaves out and nothing is called.
  func unusedExclusion(of glob: String, among names: [NamedWeight]) -> String? {
    let pattern = LayerPattern(glob)
    let exclusions = pattern.exclusions
    guard !exclusions.isEmpty else { return nil }
    let used = names.map { pattern.exclusions(names: Self.names(of: $0), classes: $0.classes) }
    return exclusions.subtracting(used.reduce(into: []) { $0.formUnion($1) }).min()
  }

  /// A layer inside another one goes by its name, or by the path that reports print.
  private static func names(of entry: NamedWeight) -> [String] {
    let layers = entry.name.split(separator: "/").dropLast().map(String.init)
    let paths = layers.indices.dropFirst().map { layers[...$0].joined(separator: "/") }
    return [[entry.name], layers, paths].flatMap(\.self)
  }
}
