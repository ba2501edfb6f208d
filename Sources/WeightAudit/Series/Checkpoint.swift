import Text

/// A file of a series: the weights at one moment of a training.
package struct Checkpoint: Sendable, Hashable {
  package let path: String
  /// What reports call it: the path, or its end where that tells it from the others.
  package let name: String
  /// How many steps the optimizer had taken, if the file tells.
  package let iterations: Int?

  package init(path: String, name: String, iterations: Int?) {
    self.path = path
    self.name = name
    self.iterations = iterations
  }

  /// `epoch3.h5 (step 1,200)`.
  package var words: String {
    name + (iterations.map { " (step \(NumberText.count($0)))" } ?? "")
  }

  /// Paths without their folders, if all of them differ yet.
  package static func shortNames(_ paths: [String]) -> [String] {
    let names = paths.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
    return Set(names).count == Set(paths).count ? names : paths
  }
}
