import OrderedJSON

/// The names that Keras derives from Python class names.
package enum PythonNames {
  /// The class of a registered name: `keras_hub>BertBackbone` → `BertBackbone`.
  static func withoutPackage(_ name: String) -> String {
    name.split(separator: ">").last.map(String.init) ?? name
  }

  /// The Python class of a class name in JSON, which may be an alias.
  static func pythonClass(_ name: String) -> String {
    let name = withoutPackage(name)
    switch name {
    case "GroupQueryAttention": return "GroupedQueryAttention"
    case "Model": return "Functional"
    default: break
    }
    let aliases = [
      ("SeparableConvolution", "SeparableConv"), ("Convolution", "Conv"),
      ("GlobalMaxPool", "GlobalMaxPooling"),
      ("GlobalAvgPool", "GlobalAveragePooling"), ("MaxPool", "MaxPooling"), ("AvgPool", "AveragePooling"),
    ]
    for (alias, prefix) in aliases where name.hasPrefix(alias) && !name.hasPrefix("\(alias)ing") {
      return prefix + name.dropFirst(alias.count)
    }
    return name
  }

  /// The class of a name in snake case: `glorot_uniform` → `GlorotUniform`; a class's own name stays.
  static func pascalCase(_ name: String) -> String {
    guard let first = name.unicodeScalars.first, first.isLowercase else { return name }
    return name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// Keras's `to_snake_case`: `MaxPooling2D` → `max_pooling2d`, `PReLU` → `p_re_lu`.
  package static func snakeCase(_ className: String) -> String {
    let letters = Array(
      className.unicodeScalars.filter { $0 == "_" || $0.properties.isAlphabetic || $0.isDigit })
    var parts: [Unicode.Scalar] = []
    for (index, letter) in letters.enumerated() {
      let next = index + 1 < letters.count ? letters[index + 1] : nil
      let startsWord = letter.isUppercase && (next?.isLowercase ?? false) && index > 0
      let afterLowercase = letter.isUppercase && index > 0 && letters[index - 1].isLowercase
      if startsWord || afterLowercase { parts.append("_") }
      parts.append(letter)
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: parts)
    return String(text).lowercased()
  }
}

extension Unicode.Scalar {
  var isUppercase: Bool { ("A"..."Z").contains(self) }
  var isLowercase: Bool { ("a"..."z").contains(self) }
  var isDigit: Bool { ("0"..."9").contains(self) }
}
