import Failures
import OrderedJSON
import SystemPackage
import Text
import WeightFiles

/// Where everything goes that is not a command's result.
enum StandardError {
  /// An error here cannot be reported anywhere.
  static func write(_ text: String) { _ = try? FileDescriptor.standardError.writeAll(text.utf8) }

  /// Says what a file does not have of the one that it replaced.
  static func write(difference: String, of file: String) {
    write("\(file): note: unlike the replaced file: \(difference)".safe + "\n")
  }
}

/// Where a command's result goes.
enum StandardOutput {
  static func write(_ text: String) throws(StandardOutputError) {
    do {
      try FileDescriptor.standardOutput.writeAll(text.utf8)
    } catch {
      throw StandardOutputError(reason: "cannot write: \(error)")
    }
  }

  static func write(_ json: JSONValue) throws(StandardOutputError) { try write(json.prettyText() + "\n") }
}

/// Why a result cannot be printed.
struct StandardOutputError: Failure {
  let kind = FailureKind.unwritable
  let place: String? = "standard output"
  let reason: String
}

/// Standard input, which can be read but once.
enum StandardInput {
  /// Refuses inputs of which several are standard input.
  ///
  /// - Parameter inputs: each input with what a message calls it; `nil` for one that is not given.
  /// - Throws: one line that names them.
  static func checkReadOnce(_ inputs: KeyValuePairs<String, InputSource?>) throws(UsageError) {
    let names = inputs.filter { $0.value == .standardInput }.map(\.key)
    guard names.count > 1 else { return }
    throw UsageError(nil, "\(names.joined(separator: " and ")) cannot both be standard input")
  }
}
