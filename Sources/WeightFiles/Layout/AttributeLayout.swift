/// An attribute of a group or a dataset.
package struct AttributeLayout: Sendable, Hashable {
  package enum Value: Sendable, Hashable {
    case string(String, StringForm)
    case strings([String], StringForm)
    case unsigned(UInt64)
  }

  package let name: String
  package let value: Value

  package init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }

  /// How the values came to be.
  init(_ provenance: (name: String, value: ContainerContents.Provenance)) {
    switch provenance.value {
    case .text(let text): self.init(provenance.name, .string(text, .variableUTF8))
    case .number(let number): self.init(provenance.name, .unsigned(number))
    }
  }
}
