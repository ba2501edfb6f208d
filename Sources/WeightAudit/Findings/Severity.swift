/// How serious a finding is.
package enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
  case note, warning, error

  private var rank: Int { self == .note ? 0 : self == .warning ? 1 : 2 }

  package static func < (one: Severity, other: Severity) -> Bool { one.rank < other.rank }
}
