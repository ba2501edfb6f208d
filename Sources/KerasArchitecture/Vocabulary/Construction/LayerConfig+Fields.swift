import OrderedJSON

extension LayerConfig {
  func bool(_ key: String, default value: Bool) throws(ArchitectureError) -> Bool {
    guard let field = self[key] else { return value }
    guard let value = field.boolValue else { throw error(key, expected: "true or false") }
    return value
  }

  func string(_ key: String, default value: String) throws(ArchitectureError) -> String {
    guard let field = self[key] else { return value }
    guard let value = field.stringValue else { throw error(key, expected: "a string") }
    return value
  }

  /// A string out of a few.
  func choice(_ key: String, default value: String, of choices: [String]) throws(ArchitectureError) -> String
  {
    let value = try string(key, default: value)
    guard choices.contains(value) else {
      throw error(key, expected: "one of " + choices.map { "\"\($0)\"" }.joined(separator: ", "))
    }
    return value
  }

  func double(_ key: String, default value: Double) throws(ArchitectureError) -> Double {
    guard let field = self[key] else { return value }
    guard let value = field.doubleValue, value.isFinite else { throw error(key, expected: "a number") }
    return value
  }

  /// A positive integer; required if there is no default.
  func positive(_ key: String, default value: Int? = nil) throws(ArchitectureError) -> Int {
    if self[key] == nil, let value { return value }
    guard let value = self[key]?.wholeNumber, value > 0 else {
      throw error(key, expected: "a positive integer")
    }
    return value
  }

  func integer(_ key: String, default value: Int? = nil) throws(ArchitectureError) -> Int {
    if self[key] == nil, let value { return value }
    guard let value = self[key]?.wholeNumber else { throw error(key, expected: "an integer") }
    return value
  }

  /// A list of integers; a single integer counts as a list of one.
  func integers(_ key: String, default value: [Int]? = nil) throws(ArchitectureError) -> [Int] {
    if self[key] == nil, let value { return value }
    if let single = self[key]?.wholeNumber { return [single] }
    guard let list = self[key]?.arrayValue?.compactMap(\.wholeNumber),
      list.count == self[key]?.arrayValue?.count
    else { throw error(key, expected: "a list of integers") }
    return list
  }

  /// A size for each spatial axis: one positive integer, or as many as there are axes.
  func sizes(_ key: String, rank: Int, default value: Int? = nil) throws(ArchitectureError) -> [Int] {
    if self[key] == nil, let value { return Array(repeating: value, count: rank) }
    let list = self[key]?.arrayValue ?? Array(repeating: self[key] ?? .null, count: rank)
    let sizes = list.compactMap(\.wholeNumber)
    guard list.count == rank, sizes.count == rank, sizes.allSatisfy({ $0 > 0 }) else {
      throw error(key, expected: rank == 1 ? "a positive integer" : "a positive integer, or \(rank) of them")
    }
    return sizes
  }

  func dataFormat() throws(ArchitectureError) -> DataFormat {
    try choice("data_format", default: "channels_last", of: ["channels_last", "channels_first"])
      == "channels_first" ? .channelsFirst : .channelsLast
  }

  /// The name of an activation: a string, or the object form of a function or an activation layer.
  func activationName(_ key: String = "activation", default value: String = "linear") -> String {
    guard let field = self[key] else { return value }
    if let name = field.stringValue { return name }
    if let name = field["config"]?.stringValue { return name }
    return field["class_name"]?.stringValue.map { PythonNames.snakeCase($0) } ?? "unknown"
  }
}
