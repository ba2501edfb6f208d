/// Why an order of layers is not one of a model's.
package struct ConstructionOrderError: Error, Sendable, Hashable {
  package let reason: String

  init(_ reason: String) { self.reason = reason }
}
