import OrderedJSON

extension JSONValue {
  /// The value as an integer, also if it is spelled `3.0`.
  var wholeNumber: Int? {
    if let intValue { return intValue }
    guard let doubleValue else { return nil }
    return Int(exactly: doubleValue)
  }
}
