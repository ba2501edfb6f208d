extension String {
  /// The string, or its beginning followed by `…` if it has more than 60 characters.
  package var clipped: String { count <= 60 ? self : prefix(57) + "…" }
}
