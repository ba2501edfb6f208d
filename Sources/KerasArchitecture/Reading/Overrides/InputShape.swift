import OrderedJSON

/// The shape of a model's input that its document lacks: `20`, `None,30`, `image=224,224,3`.
package struct InputShape: Sendable, Hashable {
  /// The input's name; `nil` for the only one.
  let input: String?
  /// The sizes without the batch's; `nil` where a size stays unknown.
  let dimensions: [Int?]
  /// What the user wrote.
  package let text: String

  /// Parses a shape.
  ///
  /// - Parameter text: sizes with commas between them, in brackets or without; the input's name and `=`
  ///   before them.
  /// - Throws: if it has another form.
  package init(_ text: String) throws(ConfigOverrideError) {
    self.text = text
    let equals = text.lastIndex(of: "=")
    input = equals.map { String(text[..<$0]) }
    var sizes = equals.map { text[text.index(after: $0)...] } ?? text[...]
    for (open, close) in [("(", ")"), ("[", "]")] where sizes.hasPrefix(open) && sizes.hasSuffix(close) {
      sizes = sizes.dropFirst().dropLast()
    }
    var dimensions: [Int?] = []
    var parts = sizes.split(separator: ",", omittingEmptySubsequences: false)[...]
    if parts.last?.allSatisfy(\.isWhitespace) == true { parts.removeLast() }
    for part in parts {
      let word = part.filter { !$0.isWhitespace }
      let size = (try? JSONParser.parse(word))?.intValue
      guard ["None", "null"].contains(word) || size.map({ $0 > 0 }) == true, input != "" else {
        throw ConfigOverrideError(
          "expected sizes without the batch's, such as 20 or NAME=224,224,3, with None for a size that stays "
            + "open; found \(text)")
      }
      dimensions.append(size)
    }
    self.dimensions = dimensions
  }

  /// The shape of the only input.
  ///
  /// - Parameter sizes: those of all axes but the batch's.
  init(sizes: [Int?]) {
    input = nil
    dimensions = sizes
    text = sizes.map { $0.map(String.init) ?? "None" }.joined(separator: ",")
  }

  /// The shape with a batch axis of any size.
  var shape: PartialShape { PartialShape([nil] + dimensions) }
}
