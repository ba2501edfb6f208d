package import Failures

/// Why a model on disk cannot be read, matched, compared or written; its place is the file.
package struct ModelFileError: AccountedFailure {
  package let account: FailureAccount

  package init(account: FailureAccount) { self.account = account }
}
