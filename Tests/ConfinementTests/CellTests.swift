import Confinement
import Testing

/// Cells themselves need a process with one thread, which tests are not: `CellCommandTests` has the tool
/// start them.
@Suite struct CellTests {
  @Test func `a process with several threads starts no cells`() {
    do throws(CellFailure) {
      _ = try CellKeeper(prepare: {}) { _ in { request, _ in request } }
      Issue.record("it was started")
    } catch {
      #expect(error == .unavailable(errorNumber: 0))
    }
  }

  @Test func `the memory of the machine is known`() {
    #expect(Cell.machineMemory > 1 << 20)
  }
}
