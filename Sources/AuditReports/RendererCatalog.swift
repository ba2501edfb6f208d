/// All formats of the report.
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
