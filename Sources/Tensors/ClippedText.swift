extension String {
  /// The string, or its beginning if it is too long for a message.
  package var clipped: String { count <= 60 ? self : prefix(57) + "…" }
}
