import Failures
import Testing

/// The example of the target's documentation, word for word.
@Suite struct ExampleTests {
  @Test func `an error is one line`() {
    // example
    struct FileFailure: Failure {
      let kind: FailureKind
      let place: String?
      let attempt: String?
      let reason: String
    }
    let failure = FileFailure(
      kind: .unreadable, place: "m.h5", attempt: "read the file", reason: "Input/output error")
    let line = failure.description
    // end of example
    #expect(line == "m.h5: cannot read the file: Input/output error")
    #expect(failure.cause == nil)
  }
}
