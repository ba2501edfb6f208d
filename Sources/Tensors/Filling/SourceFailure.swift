package import Failures

/// Why the values of a tensor cannot be read or computed; its place is where they should come from.
package struct SourceFailure: AccountedFailure {
  package let account: FailureAccount

  package init(account: FailureAccount) { self.account = account }

  /// A tensor that is computed as a whole and does not fit into memory.
  ///
  /// - Parameters:
  ///   - shape: the tensor's.
  ///   - what: what is computed, with its article.
  ///   - limit: the largest number of values.
  package init(tooLarge shape: Shape, computing what: String, limit: Int) {
    self.init(
      .unsupported, in: nil,
      "\(what) is computed in memory and may have at most \(limit) values; found the shape \(shape)")
  }
}
