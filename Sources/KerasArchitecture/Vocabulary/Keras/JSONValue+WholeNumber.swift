import OrderedJSON

extension JSONValue {
  /// An integer, also when a hand or a script spelt it as `3.0`.
  var wholeNumber: Int? {
    if let intValue { return intValue }
    guard let doubleValue else { return nil }
    return Int(exactly: doubleValue)
  }
}
