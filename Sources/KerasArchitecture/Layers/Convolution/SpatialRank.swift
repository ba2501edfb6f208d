/// The number of spatial axes of a layer family: `Conv1D`, `Conv2D`, `Conv3D` are one type over three ranks.
protocol SpatialRank {
  static var rank: Int { get }
}

enum Rank1: SpatialRank { static let rank = 1 }

enum Rank2: SpatialRank { static let rank = 2 }

enum Rank3: SpatialRank { static let rank = 3 }
