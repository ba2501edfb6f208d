/// What `-` reads.
enum StandardInput {
  /// Refuses arguments of which several are standard input: it can be read but once.
  ///
  /// - Parameter arguments: each argument's name and value.
  /// - Throws: one line that names them.
  static func checkReadOnce(_ arguments: KeyValuePairs<String, String?>) throws(CommandFailure) {
    let names = arguments.filter { $0.value == "-" }.map(\.key)
    guard names.count > 1 else { return }
    throw CommandFailure("\(names.joined(separator: " and ")) cannot both be standard input", .usage)
  }
}
