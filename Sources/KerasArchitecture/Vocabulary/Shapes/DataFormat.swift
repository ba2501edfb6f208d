/// Where a layer's channels are.
enum DataFormat: Sendable {
  case channelsLast, channelsFirst

  func channelAxis(_ shape: PartialShape) -> Int { self == .channelsFirst ? 1 : shape.rank - 1 }

  /// The sizes of the spatial axes.
  func spatial(_ shape: PartialShape) -> [Int?] {
    Array(self == .channelsFirst ? shape.dimensions.dropFirst(2) : shape.dimensions.dropFirst().dropLast())
  }

  func shape(batch: Int?, spatial: [Int?], channels: Int?) -> PartialShape {
    PartialShape(self == .channelsFirst ? [batch, channels] + spatial : [batch] + spatial + [channels])
  }
}
