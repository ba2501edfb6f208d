extension LayerCall {
  /// The shape after a function is applied to every known spatial size; it returns `nil` on overflow.
  func resized(
    _ dataFormat: DataFormat, rank: Int, _ size: (Int, Int) -> Int?
  ) throws(ArchitectureError) -> [PartialShape] {
    let input = try input(rank: rank + 2)
    var spatial: [Int?] = []
    for (axis, old) in dataFormat.spatial(input).enumerated() {
      guard let old else {
        spatial.append(nil)
        continue
      }
      guard let new = size(old, axis), new > 0 else {
        throw error("the output would have an impossible size; the input's shape is \(input)")
      }
      spatial.append(new)
    }
    let channels = input.dimensions[dataFormat.channelAxis(input)]
    return [dataFormat.shape(batch: input.batch, spatial: spatial, channels: channels)]
  }
}
