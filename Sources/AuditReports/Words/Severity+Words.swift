import Text
import WeightAudit

extension Severity {
  /// `2 errors`, `1 note`.
  func counted(_ count: Int) -> String { NumberText.counted(count, rawValue) }

  var glyph: String {
    switch self {
    case .error: "✖"
    case .warning: "⚠"
    case .note: "·"
    }
  }
}
