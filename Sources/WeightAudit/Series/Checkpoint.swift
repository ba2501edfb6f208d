import Text

/// A file of a series: the weights at one moment of a training.
package struct Checkpoint: Sendable, Hashable {
  /// The file.
  package let name: String
  /// How many steps the optimizer had taken, if the file tells.
  package let iterations: Int?

  package init(name: String, iterations: Int?) {
    self.name = name
    self.iterations = iterations
  }

  /// `epoch3.h5 (step 1,200)`, without the folder.
  package var words: String {
    let file = name.split(separator: "/").last.map(String.init) ?? name
    return file + (iterations.map { " (step \(NumberText.count($0)))" } ?? "")
  }
}
