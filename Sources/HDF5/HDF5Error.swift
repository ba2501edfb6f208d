internal import CHDF5

/// A failed HDF5 operation: what was attempted, on what, and libhdf5's own account of why.
public struct HDF5Error: Error, Sendable, Hashable, CustomStringConvertible {
  /// One level of libhdf5's error stack.
  public struct Frame: Sendable, Hashable {
    public let function: String
    /// The category of the failure, such as `File accessibility`.
    public let major: String
    /// The kind of the failure, such as `Unable to open file`.
    public let minor: String
    public let text: String
  }

  /// What was attempted: `open dataset`.
  public let operation: String
  public let file: String
  /// The path of the object in the file, if the operation was on one.
  public let object: String?
  /// What this library found wrong before asking libhdf5.
  public let reason: String?
  /// The outermost function first, the cause last.
  public let frames: [Frame]

  /// The error number of the system call that failed, if one did.
  public var systemErrorNumber: Int32? {
    for frame in frames.reversed() {
      guard let range = frame.text.firstRange(of: "errno = ") else { continue }
      return Int32(frame.text[range.upperBound...].prefix { $0.isNumber })
    }
    return nil
  }

  /// What went wrong, in one clause: this library's words, the system's or those of libhdf5's innermost frame.
  public var cause: String {
    if let reason { return reason }
    guard let last = frames.last else { return "libhdf5 gave no reason" }
    if let range = last.text.firstRange(of: "error message = '") {
      return String(last.text[range.upperBound...].prefix { $0 != "'" })
    }
    return last.text.isEmpty ? last.minor : last.text
  }

  public var description: String {
    let place = object.map { " '\($0)'" } ?? ""
    return "\(operation)\(place): \(cause)"
  }
}

/// Where an object is, for error messages.
struct Location: Sendable {
  let file: String
  let path: String?

  func appending(_ name: String) -> Location {
    if name.hasPrefix("/") { return Location(file: file, path: name) }
    return switch path {
    case nil: Location(file: file, path: name)
    case "/": Location(file: file, path: "/" + name)
    case .some(let path): Location(file: file, path: "\(path)/\(name)")
    }
  }

  func error(_ operation: String, _ reason: String) -> HDF5Error {
    HDF5Error(operation: operation, file: file, object: path, reason: reason, frames: [])
  }

  /// The error of a call that has just failed on this thread; the stack is read at once, before another call
  /// overwrites it.
  func lastError(_ operation: String) -> HDF5Error {
    HDF5Error(
      operation: operation, file: file, object: path, reason: nil, frames: HDF5Error.Frame.takeAll())
  }

  /// Passes an identifier or a count on and turns a negative one into an error.
  @discardableResult
  func check<Result: FixedWidthInteger & SignedInteger>(
    _ operation: String, _ result: Result
  ) throws(HDF5Error) -> Result {
    guard result >= 0 else { throw lastError(operation) }
    return result
  }
}

extension HDF5Error.Frame {
  /// The current thread's error stack, which is emptied.
  fileprivate static func takeAll() -> [HDF5Error.Frame] {
    let stack = H5Eget_current_stack()
    guard stack >= 0 else { return [] }
    defer { H5Eclose_stack(stack) }
    final class Collector { var frames: [HDF5Error.Frame] = [] }
    let collector = Collector()
    let visit: H5E_walk2_t = { _, record, context in
      guard let record, let context else { return 0 }
      Unmanaged<Collector>.fromOpaque(context).takeUnretainedValue().frames.append(
        HDF5Error.Frame(
          function: record.pointee.func_name.map { String(cString: $0) } ?? "",
          major: message(record.pointee.maj_num), minor: message(record.pointee.min_num),
          text: record.pointee.desc.map { String(cString: $0) } ?? ""))
      return 0
    }
    withExtendedLifetime(collector) {
      _ = H5Ewalk2(stack, H5E_WALK_DOWNWARD, visit, Unmanaged.passUnretained(collector).toOpaque())
    }
    return collector.frames
  }
}

private func message(_ id: hid_t) -> String {
  let length = H5Eget_msg(id, nil, nil, 0)
  guard length > 0 else { return "" }
  var buffer = [CChar](repeating: 0, count: length + 1)
  guard H5Eget_msg(id, nil, &buffer, buffer.count) >= 0 else { return "" }
  return text(of: buffer)
}

/// The text before the first zero of a C buffer.
func text(of buffer: [CChar]) -> String {
  String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
