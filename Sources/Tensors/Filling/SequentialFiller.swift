/// The values of one tensor in blocks that follow each other: each begins in the state that the last one
/// left.
///
/// A value: a copy goes on from where the original is.
package protocol SequentialFiller: Sendable {
  /// Writes elements `range`, which begin where those of the last call ended (at 0 the first time), in the
  /// byte order of the machine, over the whole of `bytes`.
  mutating func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) throws(SourceFailure)
}
