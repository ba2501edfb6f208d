/// A name as Keras makes them for layers that have none: the class's, and a number from the second one on.
package struct AutomaticName: Hashable {
  package let base: String
  /// 0 without a number.
  package let number: Int

  package init(_ name: String) {
    let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }
    if let number = Int(String(digits.reversed())), name.dropLast(digits.count).hasSuffix("_") {
      self.base = String(name.dropLast(digits.count).dropLast())
      self.number = number
    } else {
      (base, number) = (name, 0)
    }
  }
}
