/// A form of the report: a pure function to text.
///
/// A new form is one type in `Renderers` and its line in `RendererCatalog`.
package protocol ReportRenderer: SendableMetatype {
  static var name: String { get }
  static func render(_ report: AuditReport, _ options: RenderOptions) -> String
}

/// How a report is laid out.
package struct RenderOptions: Sendable {
  /// Whether escape sequences colour it.
  package var usesColor = false
  /// Columns of the terminal.
  package var width = 80
  /// Whether the table of kernels is printed: `nil` leaves it to the report.
  package var showsTable: Bool?
  /// Whether findings that are ignored or known are printed too.
  package var showsSuppressed = false

  package init() {}
}

package enum RendererCatalog {
  /// In the order in which help lists them.
  package static let all: [any ReportRenderer.Type] = [
    TextRenderer.self,
    ShortRenderer.self,
    JSONRenderer.self,
    JSONLinesRenderer.self,
    SARIFRenderer.self,
    GitHubRenderer.self,
    GitLabRenderer.self,
    JUnitRenderer.self,
    MarkdownRenderer.self,
    HTMLRenderer.self,
  ]
}
