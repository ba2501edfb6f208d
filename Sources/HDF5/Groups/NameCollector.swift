/// The names that a visitor of libhdf5 sees, gathered through the context pointer of the C call.
final class NameCollector {
  private(set) var names: [String] = []

  /// Runs a call that visits names with this collector as its context.
  func collect(_ call: (UnsafeMutableRawPointer) -> Int32) -> Int32 {
    withExtendedLifetime(self) { unsafe call(Unmanaged.passUnretained(self).toOpaque()) }
  }

  /// To be called by the visitor: a negative result ends the visit with an error.
  static func visit(_ name: UnsafePointer<CChar>?, _ context: UnsafeMutableRawPointer?) -> Int32 {
    guard let name = unsafe name, let context = unsafe context else { return -1 }
    unsafe Unmanaged<NameCollector>.fromOpaque(context).takeUnretainedValue().names.append(
      String(cString: name))
    return 0
  }
}
