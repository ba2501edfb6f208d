/// Two units that are nearly parallel.
package struct SimilarUnits: Sendable, Hashable {
  package let first, second: Int
  /// Of the angle between their weights; negative if they point away from each other.
  package let cosine: Double
}
