internal import CHDF5

/// The error stack of libhdf5 after a failed call.
public struct HDF5ErrorStack: Error, Sendable, Hashable {
  /// One level of the stack.
  public struct Frame: Sendable, Hashable {
    public let function: String
    /// The category of the failure, such as `File accessibility`.
    public let major: String
    /// The kind of the failure, such as `Unable to open file`.
    public let minor: String
    public let text: String
  }

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

  /// Whether memory ran out.
  var isOutOfMemory: Bool {
    frames.contains {
      $0.minor == "No space available for allocation" || $0.text.hasPrefix("memory allocation failed")
    }
  }

  /// Whether a link or a dataset led to another file.
  var isExternal: Bool {
    // The driver's own words are lost where libhdf5 tries the name in several folders.
    let marks = ["it refers to another file", "temp_file_name", "external link file name"]
    return frames.contains { frame in marks.contains { frame.text.contains($0) } }
  }

  /// What went wrong, in one clause: the system's words or those of the innermost frame.
  var reason: String {
    guard let last = frames.last else { return "libhdf5 gives no reason" }
    for frame in frames.reversed() {
      guard let range = frame.text.firstRange(of: "error message = '") else { continue }
      return String(frame.text[range.upperBound...].prefix { $0 != "'" })
    }
    if let sizes = last.text.firstMatch(of: /truncated file: eof = (\d+),.*stored_eof = (\d+)/) {
      return "the file is truncated: \(sizes.1) of \(sizes.2) bytes are there"
    }
    return last.text.isEmpty ? last.minor : last.text
  }
}

extension HDF5ErrorStack {
  /// Takes the current thread's error stack, which is empty afterwards.
  static func takeCurrent() -> HDF5ErrorStack { HDF5ErrorStack(frames: Frame.takeAll()) }
}

extension HDF5ErrorStack.Frame {
  fileprivate static func takeAll() -> [HDF5ErrorStack.Frame] {
    let stack = H5Eget_current_stack()
    guard stack >= 0 else { return [] }
    defer { H5Eclose_stack(stack) }
    final class Collector { var frames: [HDF5ErrorStack.Frame] = [] }
    let collector = Collector()
    let visit: H5E_walk2_t = { _, record, context in
      guard let record = unsafe record, let context = unsafe context else { return 0 }
      unsafe Unmanaged<Collector>.fromOpaque(context).takeUnretainedValue().frames.append(
        HDF5ErrorStack.Frame(
          function: record.pointee.func_name.map { unsafe String(cString: $0) } ?? "",
          major: unsafe message(record.pointee.maj_num), minor: unsafe message(record.pointee.min_num),
          text: unsafe record.pointee.desc.map { unsafe String(cString: $0) } ?? ""))
      return 0
    }
    withExtendedLifetime(collector) {
      _ = unsafe H5Ewalk2(stack, H5E_WALK_DOWNWARD, visit, Unmanaged.passUnretained(collector).toOpaque())
    }
    return collector.frames
  }
}

/// The text of a major or minor error number.
private func message(_ id: hid_t) -> String {
  let length = H5Eget_msg(id, nil, nil, 0)
  guard length > 0 else { return "" }
  var buffer = [CChar](repeating: 0, count: length + 1)
  guard unsafe H5Eget_msg(id, nil, &buffer, buffer.count) >= 0 else { return "" }
  return String(terminated: buffer)
}

extension String {
  /// The text before the first zero of a C buffer.
  init(terminated buffer: [CChar]) {
    self.init(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
