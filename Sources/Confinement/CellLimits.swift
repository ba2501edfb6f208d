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

  /// The seconds after which a cell that answers nothing is ended: it neither works nor ends.
  ///
  /// A tenth of a busy machine and of a slow disk is enough.
  var silence: Int {
    let (seconds, overflow) = processorSeconds.multipliedReportingOverflow(by: 10)
    return overflow ? .max : max(seconds, 300)
  }
}
