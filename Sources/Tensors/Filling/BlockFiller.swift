/// The values of one tensor, any block of which can be had without the others.
///
/// A counter-based random stream, a repeated constant and a tensor in another file are fillers.
package protocol BlockFiller: Sendable {
  /// Writes elements `range` of the tensor, in the byte order of the machine, over the whole of `bytes`.
  ///
  /// - Parameters:
  ///   - range: flat, row-major element indices.
  ///   - bytes: exactly as many bytes as the elements take.
  /// - Throws: why the values cannot be had; only what reads them from somewhere does.
  func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) throws(SourceFailure)
}
