/// How a report is laid out.
package struct RenderOptions: Sendable {
  /// Whether escape sequences color it.
  package var usesColor = false
  /// The number of columns of the terminal.
  package var width = 80
  /// Whether the table of kernels is printed: `nil` leaves it to the report.
  package var showsTable: Bool?
  /// Whether findings that are suppressed or in the baseline are printed too.
  package var showsSuppressed = false

  package init() {}
}
