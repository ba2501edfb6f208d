/// A file format for weights: a pure function from contents to layout.
///
/// A new format is one type in this folder and its line in `LayoutCatalog`.
package protocol ContainerFormat: SendableMetatype {
  /// The name on the command line.
  static var name: String { get }
  /// Whether a file of that name is meant to be of this format.
  static func matches(_ fileName: String) -> Bool
  /// - Throws: if the format cannot hold the contents.
  static func layout(
    of contents: ContainerContents, _ options: LayoutOptions
  ) throws(LayoutError) -> ContainerLayout
}
