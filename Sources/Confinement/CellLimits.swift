/// What a cell may use before it is ended.
package struct CellLimits: Sendable, Hashable {
  /// The bytes that it may allocate.
  package let memory: Int
  /// The seconds of processor time that it may take.
  package let processorSeconds: Int

  package init(memory: Int, processorSeconds: Int) {
    self.memory = memory
    self.processorSeconds = processorSeconds
  }
}
