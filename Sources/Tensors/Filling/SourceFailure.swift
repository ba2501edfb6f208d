package import Failures

/// Why the values of a tensor cannot be read or computed; its place is where they should come from.
package struct SourceFailure: AccountedFailure {
  package let account: FailureAccount

  package init(account: FailureAccount) { self.account = account }
}
