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
    Set(
      names.filter { entry in
        let layers = entry.name.split(separator: "/").dropLast().map(String.init)
        // A layer inside another one goes by its name, or by the path that reports print.
        let paths = layers.indices.dropFirst().map { layers[...$0].joined(separator: "/") }
        return LayerPattern(glob).matches(names: [entry.name] + layers + paths, classes: entry.classes)
      }.map(\.weight))
  }
}
