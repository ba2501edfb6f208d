/// A format of the report: a pure function to text.
///
/// A new format is one type in `Renderers` and its line in `RendererCatalog`.
package protocol ReportRenderer: SendableMetatype {
  /// The format's name on the command line.
  static var name: String { get }
  static func render(_ report: AuditReport, _ options: RenderOptions) -> String
}
