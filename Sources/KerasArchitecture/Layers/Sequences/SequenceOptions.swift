/// The outputs that a recurrent layer returns.
struct SequenceOptions {
  let returnsSequences: Bool
  let returnsState: Bool

  init(_ config: LayerConfig) throws(ArchitectureError) {
    returnsSequences = try config.bool("return_sequences", default: false)
    returnsState = try config.bool("return_state", default: false)
  }

  /// The output, then the states if they are returned.
  func outputShapes(_ call: LayerCall, cell: Layer) throws(ArchitectureError) -> [PartialShape] {
    let step = try cell.call(call.forwarded(to: cell, try call.timeStep()))
    let input = try call.input
    let time = returnsSequences ? [input.dimensions[1]] : []
    return [PartialShape([input.batch] + time + step[0].dimensions.dropFirst())]
      + (returnsState ? step.dropFirst() : [])
  }
}

extension LayerCall {
  /// The shape of one step of a sequence: the input without its second axis.
  func timeStep() throws(ArchitectureError) -> PartialShape {
    let input = try input(minimumRank: 3)
    return PartialShape([input.batch] + input.dimensions.dropFirst(2))
  }
}
